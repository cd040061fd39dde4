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
use crate::snapshot::{NextHop, StackType, Subnet, is_same_range};
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
    internet_route(context, facts, draft);
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
    let id = StepId::Migration(Milestone::AsBefore, Part::Subnet(purpose));
    let Some((action, by_hand)) = way_back(facts, purpose, subnet) else { return };
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

/// The change by which `subnet` becomes what it was, and how people make it; none if it has not changed.
fn way_back(facts: &Facts<'_>, purpose: Purpose, subnet: &Subnet) -> Option<(Action, &'static str)> {
    match (purpose, facts.journal.made.as_ref().and_then(|made| made.before(purpose))) {
        (_, Some(Before::Dual)) => None,
        (Purpose::Services, None | Some(Before::Absent)) => {
            let object = ResourceRef::regional(Kind::Subnet, &subnet.region, &subnet.name);
            (subnet.description == purpose.description()).then(|| (Action::delete(object), "delete it"))
        }
        (Purpose::Nodes | Purpose::Internal, _) | (Purpose::Services, Some(Before::Ipv4)) => {
            (subnet.stack == StackType::DualExternal).then(|| {
                (Action::patch_subnet(subnet, SubnetChange::Ipv4Only), "set its stack type to IPV4_ONLY")
            })
        }
    }
}

/// Deletes the route to the IPv6 internet that Google made with the first range, in a VPC of the shoot's own in which no subnet keeps
/// external IPv6.
fn internet_route(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let all = IpNet::from(Ipv6Net::default());
    if context.target.network.ownership != Ownership::Own || keeps_ipv6(context, facts) {
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

/// Whether a subnet keeps external IPv6: one of somebody else's, in whatever region, or one that had it before the migration.
fn keeps_ipv6(context: Context<'_>, facts: &Facts<'_>) -> bool {
    let cloud = &context.seen.cloud;
    let own = Purpose::ALL.into_iter().filter_map(|purpose| {
        let name = subnet_name(&context.target.cluster, purpose);
        cloud.subnet(&context.target.region, &name).map(|subnet| (purpose, subnet))
    });
    let leaves: Vec<&Subnet> = own
        .filter(|(purpose, subnet)| way_back(facts, *purpose, subnet).is_some())
        .map(|(_, subnet)| subnet)
        .collect();
    let mut subnets = cloud.subnets.iter();
    let seen = subnets.any(|subnet| subnet.stack == StackType::DualExternal && !leaves.contains(&subnet));
    // Subnets of other regions are not read here, but Google makes a route for each range.
    let leaving = |range: Ipv6Net| {
        let range = range.to_string();
        leaves
            .iter()
            .filter_map(|subnet| subnet.ipv6_prefix.as_deref())
            .any(|prefix| is_same_range(prefix, &range))
    };
    seen || cloud.routes.iter().any(|route| match route.destination {
        IpNet::V6(range) => {
            route.next_hop == NextHop::Subnet && !range.addr().is_unique_local() && !leaving(range)
        }
        IpNet::V4(_) => false,
    })
}

/// Google's text, if it does not take `thing` back: by the step `id` of this run, which is recorded for all that follow, or by an earlier
/// one.
fn refusal(context: Context<'_>, draft: &mut Draft, id: &StepId, thing: &str) -> Option<String> {
    if let Some(refusal) = context.history.refusal(id) {
        draft.state.lasting.stays.0.insert(thing.to_owned(), refusal.text.clone());
    }
    draft.state.lasting.stays.0.get(thing).cloned()
}
