//! Static routes: those that a range would shadow, those that keep the overlap flag on, and own ones that would not hold beside a range.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};

use super::new_range::new_ranges;
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::{Facts, OwnRoute};
use crate::plan::ownership;
use crate::snapshot::{NextHop, Route};
use crate::text::listed;
use crate::vocabulary::{POD_RANGE_NAME, ranges};

/// The findings about static routes, and the order among the shoot's own.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let routes = context.seen.cloud.routes.iter().filter(|route| route.next_hop != NextHop::Subnet);
    let ipv4 = routes.filter_map(|route| match route.destination {
        IpNet::V4(destination) => Some((route, destination)),
        IpNet::V6(_) => None,
    });
    let mut findings = Vec::new();
    for (route, destination) in ipv4 {
        let own = ownership::route(context.target, context.seen, route).is_some();
        if let Some(pods) = facts.pods {
            match own {
                true => findings.extend(of_ours(route, destination, pods)),
                false => findings.extend(of_others(context, route, destination, pods)),
            }
        }
        findings.extend(in_new_subnet(context, facts, route, destination));
        findings.extend(keeps_flag(facts, route, destination));
    }
    let mut own_routes: BTreeMap<Ipv4Net, Vec<(usize, &OwnRoute<'_>)>> = BTreeMap::new();
    for (place, own) in facts.routes.iter().enumerate() {
        own_routes.entry(own.destination).or_default().push((place, own));
    }
    findings.extend(facts.routes.iter().flat_map(|own| beside_others(context, &own_routes, own)));
    findings
}

/// Findings about a route of the shoot's own.
fn of_ours(route: &Route, destination: Ipv4Net, pods: Ipv4Net) -> Vec<Finding> {
    let mut findings = Vec::new();
    if destination == pods {
        findings.push(Finding::error(
            "route-as-broad-as-range",
            format!(
                "route {} leads to the whole pod range {pods}: whether it or the range wins while both exist is not known; \
                 the pod range must hold more than one node's",
                route.name
            ),
        ));
    }
    if !route.tags.is_empty() {
        findings.push(Finding::error(
            "own-route-tagged",
            format!(
                "route {} is limited to the network tags {}: such a route is passed over while both route and range exist; \
                 replace the node that it leads to, as deleting the route would cut that node off",
                route.name,
                listed(&route.tags, ", ")
            ),
        ));
    }
    findings
}

/// A finding about a route of somebody else that meets the pod range.
fn of_others(context: Context<'_>, route: &Route, destination: Ipv4Net, pods: Ipv4Net) -> Option<Finding> {
    if pods.contains(&destination) {
        let gone = match &route.next_hop {
            NextHop::Vm(vm) if context.seen.cloud.gone.contains(vm) => {
                format!(", to VM {vm}, which is gone,")
            }
            _ => String::new(),
        };
        return Some(Finding::error(
            "foreign-route-inside",
            format!(
                "route {} ({destination}){gone} lies inside the pod range {pods} and is not this shoot's: the range would shadow it, and \
                 what is behind it would be cut off; find out whose it is: if it serves a node of another shoot, one of the two \
                 shoots needs other pod ranges; delete it only if nobody needs it",
                route.name
            ),
        ));
    }
    // Pods are not on the internet.
    (destination.contains(&pods) && route.next_hop != NextHop::Internet).then(|| {
        Finding::warn(
            "broader-route",
            format!(
                "route {} ({destination}) is broader than the pod range {pods}: pod addresses that are not assigned will no \
                 longer be reached over it",
                route.name
            ),
        )
    })
}

/// A finding about a route, whoever's, inside the range of a subnet that is still to be made: Google would not make it.
fn in_new_subnet(
    context: Context<'_>,
    facts: &Facts<'_>,
    route: &Route,
    destination: Ipv4Net,
) -> Option<Finding> {
    let new =
        new_ranges(context, facts).into_iter().find(|new| !new.pods && new.range.contains(&destination))?;
    Some(Finding::error(
        "route-inside-new-subnet",
        format!(
            "route {} ({destination}) lies inside {} and keeps Google from making it: find out whose the route is; one of them must go",
            route.name, new.what
        ),
    ))
}

/// A finding about a route inside the ranges that the nodes subnet has already. The overlap flag could not be taken back over it.
fn keeps_flag(facts: &Facts<'_>, route: &Route, destination: Ipv4Net) -> Option<Finding> {
    let stays_on = facts.journal.overlap_before.unwrap_or(facts.subnet.overlap);
    let others = facts.subnet.secondary.iter().filter(|range| range.name != POD_RANGE_NAME);
    let mut ranges = std::iter::once(facts.subnet.range).chain(others.map(|range| range.range));
    let inside = ranges.find(|range| !stays_on && range.contains(&destination))?;
    Some(Finding::error(
        "route-inside-nodes-subnet",
        format!(
            "route {} ({destination}) lies inside the range {inside} of subnet {}: because of it the overlap flag of the subnet could not \
             be taken back after the migration; find out whose it is, and have it deleted or moved",
            route.name, facts.subnet.name
        ),
    ))
}

/// Findings about an own route that serves its node only as long as nothing else leads there, or would be dropped beside the range.
/// All own routes come by destination, each with its place in the order in which they were read.
fn beside_others(
    context: Context<'_>,
    own_routes: &BTreeMap<Ipv4Net, Vec<(usize, &OwnRoute<'_>)>>,
    own: &OwnRoute<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let OwnRoute { route, destination, vm } = own;
    let region = &context.target.region;
    let zone_of_region = vm.zone.strip_prefix(region.as_str()).is_some_and(|rest| rest.starts_with('-'));
    if !zone_of_region {
        findings.push(Finding::error(
            "own-route-other-region",
            format!(
                "route {} leads to VM {vm}, which is not in the region {region}: such a route is dropped while both route and range \
                 exist; replace that node by one in the region",
                route.name
            ),
        ));
    }
    // Of others nothing may lie inside the pod range at all, which is said of each such route.
    let inside = ranges::inside(own_routes, *destination).flat_map(|(_, routes)| routes);
    let better = inside.filter(|(_, other)| {
        let narrower = destination.contains(&other.destination) && other.destination != *destination;
        let first = other.destination == *destination && other.route.priority < route.priority;
        other.vm != *vm && (narrower || first)
    });
    if let Some((_, better)) = better.min_by_key(|(place, _)| *place) {
        findings.push(Finding::error(
            "own-route-not-best",
            format!(
                "route {} ({destination}) is not the one that is followed: route {} ({}, priority {}) leads to {} instead, so VM {vm} is \
                 not reached at all of its pod range; delete the one whose Node does not have the range as its podCIDR",
                route.name, better.route.name, better.destination, better.route.priority, better.vm
            ),
        ));
    }
    findings
}
