//! The plan as a whole: steps are called by what they do, wait for what they rest on, and change each thing once.

use std::collections::BTreeSet;

use super::evidence::Evidence;
use super::nats;
use super::others::is_own_rule;
use super::rule::{Judgement, Rule};
use crate::desired::Ownership;
use crate::plan::resource::{Kind, Place, ResourceRef};
use crate::plan::{Action, Step, StepId};
use crate::vocabulary::{Purpose, subnet_name};

/// What a step changes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Resource(ResourceRef),
    State,
    ControlPlane,
    Ccm,
}

/// The steps of a plan that were judged so far.
#[derive(Default)]
pub(super) struct Order<'a> {
    names: BTreeSet<&'a StepId>,
    changed: BTreeSet<Thing>,
}

impl<'a> Order<'a> {
    /// The next step.
    pub(super) fn next(&mut self, evidence: &Evidence<'_>, step: &'a Step) -> Judgement {
        let changed = thing(&step.action);
        if let Thing::Resource(object) = &changed {
            let path = object.path();
            let busy = path.is_some_and(|path| evidence.seen.cloud.in_flight.contains_key(&path));
            Rule::NothingInFlight.demands(!busy, || "an operation on it is under way")?;
        }
        let first = self.changed.insert(changed);
        Rule::OneChange
            .demands(first, || "it is changed twice, the second time by what was read before the first")?;
        let mut needs = BTreeSet::new();
        let wrong = step.needs.iter().find(|need| !self.names.contains(need) || !needs.insert(*need));
        Rule::Needs.demands(wrong.is_none(), || match wrong {
            Some(need) => format!("it waits for {need}, which is no step before it, or twice"),
            None => String::new(),
        })?;
        Rule::StepName.demands(self.names.insert(&step.id), || "two steps bear its name")?;
        after_state(evidence, step)?;
        teardown(evidence, step)
    }
}

/// What is written down must be before what it is written for. Only that a freeze was taken back is written for nothing that follows.
fn after_state(evidence: &Evidence<'_>, step: &Step) -> Judgement {
    let is_write = |step: &&Step| matches!(thing(&step.action), Thing::State);
    let Some(write) = evidence.steps.iter().find(is_write) else { return Ok(()) };
    let waits = evidence.ends_release() || step.id == write.id || step.needs.contains(&write.id);
    Rule::StateFirst.demands(waits, || format!("it does not wait for {}", write.id))
}

/// The VPC goes after all that is in it, the nodes subnet after what leads out of it.
fn teardown(evidence: &Evidence<'_>, step: &Step) -> Judgement {
    let Action::Delete { object, .. } = &step.action else { return Ok(()) };
    let nodes = object.kind == Kind::Subnet
        && object.name == subnet_name(&evidence.target.cluster, Purpose::Nodes)
        && evidence.leaves();
    let before = |other: &Kind| match other {
        Kind::Router => nodes || object.kind == Kind::Network,
        Kind::Subnet | Kind::Firewall | Kind::Route | Kind::Vm => object.kind == Kind::Network,
        Kind::Network | Kind::ServiceAccount => false,
    };
    let rule = Rule::TeardownOrder;
    for other in evidence.steps {
        let Thing::Resource(thing) = thing(&other.action) else { continue };
        let waits = !before(&thing.kind) || step.needs.contains(&other.id);
        rule.demands(waits, || format!("it does not wait for {}", other.id))?;
    }
    for thing in own_things(evidence).into_iter().filter(|thing| before(&thing.kind)) {
        let goes =
            evidence.steps.iter().any(|other| self::thing(&other.action) == Thing::Resource(thing.clone()));
        rule.demands(goes, || format!("{thing} is still there and does not go before it"))?;
    }
    Ok(())
}

/// What was seen of the shoot's own in its VPC.
fn own_things(evidence: &Evidence<'_>) -> Vec<ResourceRef> {
    let (target, cloud) = (evidence.target, &evidence.seen.cloud);
    let regional = |kind, name: &str| ResourceRef::regional(kind, &target.region, name);
    let subnets = Purpose::ALL.into_iter().filter_map(|purpose| evidence.subnet(purpose));
    let subnets = subnets.map(|subnet| regional(Kind::Subnet, &subnet.name));
    // One of the user's is in the way as long as our NAT is on it.
    let router = cloud.router.iter().filter(|router| {
        let own = target.router.ownership == Ownership::Own;
        router.network == target.network_path()
            && (own || router.nats.iter().any(|nat| nats::is_own(evidence, nat)))
    });
    let router = router.map(|router| regional(Kind::Router, &router.name));
    let rules = cloud.firewalls.iter().filter(|rule| is_own_rule(&target.cluster, rule));
    let rules = rules.map(|rule| ResourceRef::global(Kind::Firewall, &rule.name));
    let routes = evidence.pods.routes.keys().map(|name| ResourceRef::global(Kind::Route, *name));
    subnets.chain(router).chain(rules).chain(routes).collect()
}

fn thing(action: &Action) -> Thing {
    Thing::Resource(match action {
        Action::Insert { object, .. } | Action::Patch { object, .. } | Action::Delete { object, .. } => {
            object.clone()
        }
        Action::SetNats { router, .. } => router.clone(),
        Action::SetAliases { vm, .. } => {
            ResourceRef { kind: Kind::Vm, place: Place::Zone(vm.zone.clone()), name: vm.name.clone() }
        }
        Action::WriteState(_) => return Thing::State,
        Action::IgnoreControlPlane { .. } => return Thing::ControlPlane,
        Action::ScaleCcm { .. } => return Thing::Ccm,
    })
}
