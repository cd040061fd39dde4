//! U8 as it was: what was made for IPv6 goes, and whatever Google does not let go is left with a warning.

use std::ops::ControlFlow;

use ipnet::{IpNet, Ipv6Net};

use crate::desired::Ownership;
use crate::journal::{Before, NODES_IPV6, SERVICES_IPV6};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::firewalls::{self, Rules};
use crate::plan::migration::facts::Facts;
use crate::plan::resource::{Kind, ResourceRef, SubnetChange, Traffic};
use crate::plan::step::{Part, StepId};
use crate::plan::{Action, Finding, Reason};
use crate::snapshot::{NextHop, StackType, Subnet};
use crate::vocabulary::{Milestone, Purpose, subnet_name};

/// U8. The ranges in the state go first, as rules and reports follow them.
pub(super) fn as_before(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let stored = |key: &&str| context.seen.state.data.contains_key(*key);
    if [NODES_IPV6, SERVICES_IPV6].iter().any(stored) {
        draft.state.data.retain(|key, _| ![NODES_IPV6, SERVICES_IPV6].contains(&key.as_str()));
        draft.write_state(StepId::Migration(Milestone::AsBefore, Part::Record), Reason::NoIpv6Kept);
        return ControlFlow::Break(());
    }
    let before = draft.steps.len();
    firewalls::plan(context, draft, Rules::Ipv6);
    internet_route(context, draft);
    if draft.steps.len() > before {
        // The subnets are last: by them it is known that something is left over.
        return ControlFlow::Break(());
    }
    for purpose in Purpose::ALL {
        let name = subnet_name(&context.target.cluster, purpose);
        if let Some(subnet) = context.seen.cloud.subnet(&context.target.region, &name) {
            self::subnet(context, facts, draft, purpose, subnet);
        }
    }
    if draft.steps.len() > before { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Takes IPv6 from `subnet`, or deletes it, as it was before the migration.
fn subnet(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft, purpose: Purpose, subnet: &Subnet) {
    let before = facts.journal.made.as_ref().and_then(|made| made.before(purpose));
    let id = StepId::Migration(Milestone::AsBefore, Part::Subnet(purpose));
    let (action, by_hand) = match (purpose, before) {
        (_, Some(Before::Dual)) => return,
        (Purpose::Services, None | Some(Before::Absent)) => {
            if subnet.description != purpose.description() {
                return;
            }
            let object = ResourceRef::regional(Kind::Subnet, &subnet.region, &subnet.name);
            (Action::delete(object), "delete it")
        }
        (Purpose::Nodes | Purpose::Internal, _) | (Purpose::Services, Some(Before::Ipv4)) => {
            if subnet.stack != StackType::DualExternal {
                return;
            }
            (Action::patch_subnet(subnet, SubnetChange::Ipv4Only), "set its stack type to IPV4_ONLY")
        }
    };
    if let Some(text) = refusal(context, draft, &id, purpose.as_str()) {
        draft.findings.push(Finding::warn(
            "ipv6-stays",
            format!(
                "subnet {} cannot be put back as it was before dual-stack, and is left so; it serves IPv4 as before: {text}; if Google takes \
                 it one day, {by_hand} by hand",
                subnet.name
            ),
        ));
    } else if !draft.touches(subnet) {
        draft.act(id, action, Reason::NotWantedAnyMore);
    }
}

/// Deletes the route to the IPv6 internet that Google made with the first range, in a VPC of the shoot's own.
fn internet_route(context: Context<'_>, draft: &mut Draft) {
    let all = IpNet::from(Ipv6Net::default());
    if context.target.network.ownership != Ownership::Own {
        return;
    }
    let mut routes = context.seen.cloud.routes.iter();
    let route = routes.find(|route| route.destination == all && route.next_hop == NextHop::Internet);
    let Some(route) = route else { return };
    let id = StepId::Migration(Milestone::AsBefore, Part::Route(route.name.clone()));
    match refusal(context, draft, &id, &route.name) {
        Some(text) => draft.findings.push(Finding::warn(
            "ipv6-route-stays",
            format!(
                "route {} to the IPv6 internet cannot be deleted, and is left there; nothing in this VPC has IPv6: {text}; if Google takes it one \
                 day, delete it by hand",
                route.name
            ),
        )),
        None => draft.act(id, Action::delete_route(&route.name, Traffic::Internet), Reason::NotWantedAnyMore),
    }
}

/// Google's text, if it does not take `thing` back: by the step `id` of this run, which is recorded for all that follow, or by an earlier
/// one.
fn refusal(context: Context<'_>, draft: &mut Draft, id: &StepId, thing: &str) -> Option<String> {
    if let Some(refusal) = context.history.refusal(id) {
        draft.state.lasting.stays.0.insert(thing.to_owned(), refusal.text.clone());
    }
    draft.state.lasting.stays.0.get(thing).cloned()
}
