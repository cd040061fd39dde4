//! Routes: those to pods go only where nothing needs them any more, those to the internet only with a VPC of the shoot's own.

use ipnet::Ipv4Net;

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use super::{back, networks};
use crate::journal::{CanaryVerdict, Entry, Phase};
use crate::plan::resource::{Kind, ResourceRef, Traffic};
use crate::plan::{Action, Step};
use crate::snapshot::NextHop;
use crate::vocabulary::{Milestone, VmRef};

/// Judges the deletion of a route.
pub(super) fn delete(evidence: &Evidence<'_>, object: &ResourceRef, traffic: Option<&Traffic>) -> Judgement {
    evidence.global(object)?;
    match traffic {
        Some(Traffic::Pods { range, vm }) => to_pods(evidence, object, *range, vm),
        Some(Traffic::Internet) => to_internet(evidence, object),
        None => Rule::RouteOwn.demands(false, || "it is not said what it carries"),
    }
}

fn to_pods(evidence: &Evidence<'_>, object: &ResourceRef, range: Ipv4Net, vm: &VmRef) -> Judgement {
    let route = evidence.pods.routes.get(object.name.as_str());
    let route = Rule::RouteOwn.finds(route, || "it was not seen as one of the shoot's own routes to pods")?;
    let as_read = route.range == range && route.vm == vm;
    Rule::RouteOwn.demands(as_read, || format!("it leads to {} on {}", route.range, route.vm))?;
    // With the whole network goes the traffic that it carries.
    if evidence.leaves() {
        return Ok(());
    }
    let journal = &evidence.seen.state.journal;
    Rule::RoutePhase
        .demands(journal.phase == Some(Phase::Deleting), || "the point of no return is not recorded")?;
    let listed = !evidence.seen.state.unwritten && journal.entries.contains(vm, range);
    Rule::RouteJournalled.demands(listed, || format!("{range} of {vm} is not in the stored journal"))?;
    Rule::RouteCovered.demands(evidence.is_covered(&Entry::new(vm.clone(), range)), || {
        format!("{vm} does not bear {range} as an alias, and is not confirmed gone")
    })?;
    Rule::RouteMakers.demands(
        !evidence.may_gain_routes(),
        || "it may be made anew: by the cloud-controller-manager, or by an insert of it that is under way",
    )?;
    settled(evidence, vm)
}

/// Demands that the aliases have reached every host, and that the first route be deleted alone, that of a canary if it can be.
fn settled(evidence: &Evidence<'_>, vm: &VmRef) -> Judgement {
    let journal = &evidence.seen.state.journal;
    let waited_since = journal.settling.filter(|settling| settling.step >= Milestone::DeleteRoutes);
    if waited_since.is_some() {
        return Ok(());
    }
    let settled = evidence.has_settled(Milestone::Settle, evidence.alias_settle());
    Rule::RouteSettled.demands(settled, || "the aliases may not have reached every host")?;
    let is_gone = |entry: &Entry| !evidence.pods.has_route(&entry.vm, entry.range);
    if journal.entries.iter().any(is_gone) {
        return Ok(());
    }
    let routes = evidence.steps.iter().filter(|step| is_deletion(step)).count();
    Rule::FirstRoute
        .demands(routes <= 1, || format!("{routes} routes would go at once, and none has gone before"))?;
    let tried = journal.canaries.tried.iter();
    let proven = tried.filter(|canary| canary.verdict == Some(CanaryVerdict::Proven));
    let measured: Vec<&VmRef> = proven.map(|canary| &canary.vm).collect();
    let could = |entry: &&Entry| {
        let routed = evidence.pods.has_route(&entry.vm, entry.range) && evidence.is_covered(entry);
        routed && measured.contains(&&entry.vm)
    };
    let other = journal.entries.iter().find(could).filter(|_| !measured.contains(&vm));
    Rule::FirstRoute.demands(other.is_none(), || match other {
        Some(entry) => {
            format!("{}, which was measured with its alias, would keep its route for longer", entry.vm)
        }
        None => String::new(),
    })
}

fn to_internet(evidence: &Evidence<'_>, object: &ResourceRef) -> Judgement {
    if evidence.course.goes_back() {
        return back::internet_route(evidence, object);
    }
    let rule = Rule::InternetRoute;
    networks::goes(evidence, rule)?;
    let mut routes = evidence.seen.cloud.routes.iter();
    let seen = routes.any(|route| route.name == object.name && route.next_hop == NextHop::Internet);
    rule.demands(seen, || "it was not seen to lead to the internet")
}

fn is_deletion(step: &Step) -> bool {
    matches!(&step.action, Action::Delete { object, .. } if object.kind == Kind::Route)
}
