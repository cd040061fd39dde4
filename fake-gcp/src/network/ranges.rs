//! Ranges of subnets against each other, against reserved ranges and against static routes.

use ipnet::Ipv4Net;

use crate::cidr::overlap;
use crate::model::peerings::PeeringRouteType;
use crate::model::reservations::ReservedRange;
use crate::model::routes::Route;
use crate::model::store::{Project, Store};
use crate::model::subnetworks::Subnetwork;

/// What a range does not conflict with: what its own subnet has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Own<'a> {
    /// Range that it takes the place of.
    pub range: Option<&'a Ipv4Net>,
    /// Path of the internal range that it is out of.
    pub reservation: Option<&'a str>,
}

/// Reason why a range cannot be used by a subnet of `network`: what it conflicts with, as Google says it.
///
/// The whole network is looked at, across regions, and the networks that it is peered with.
pub fn conflict(store: &Store, project: &str, network: &str, cidr: &Ipv4Net, own: Own<'_>) -> Option<String> {
    let home = store.project(project)?;
    let peers = home.networks.get(network).map(|network| network.peers(project)).unwrap_or_default();
    let mut all = vec![(project.to_owned(), network.to_owned())];
    all.extend(peers);
    for (project_id, network) in &all {
        let Some(project) = store.project(project_id) else { continue };
        let is_other = |subnetwork: &&Subnetwork| {
            let mut ranges = subnetwork.ranges().filter(|range| own.range != Some(range));
            ranges.any(|range| overlap(&range, cidr))
        };
        if let Some(subnetwork) = project.subnetworks.overlapping(network, cidr).find(is_other) {
            return Some(format!(
                "Invalid IPCidrRange: {cidr} conflicts with existing subnetwork '{}' in region '{}'.",
                subnetwork.name, subnetwork.region
            ));
        }
        let is_own = |reserved: &ReservedRange| {
            own.reservation.is_some_and(|path| reserved.path(project_id) == path && reserved.for_subnets)
        };
        let mut reserved = project.reserved_ranges.overlapping(network, cidr);
        if let Some(reserved) = reserved.find(|reserved| !is_own(reserved)) {
            return Some(format!(
                "Invalid IPCidrRange: {cidr} conflicts with reserved IP range '{}'.",
                reserved.cidr
            ));
        }
    }
    let network = home.networks.get(network)?;
    let route = network.foreign_routes(PeeringRouteType::Subnet).find(|route| overlap(&route.dest, cidr))?;
    Some(format!(
        "Invalid IPCidrRange: {cidr} conflicts with the subnetwork range {} of peering '{}'.",
        route.dest, route.peering
    ))
}

/// The static routes of a network whose destination equals `cidr` or lies inside it.
pub fn routes_inside<'a>(
    project: &'a Project,
    network: &'a str,
    cidr: &'a Ipv4Net,
) -> impl Iterator<Item = &'a Route> {
    project.routes.inside(network, cidr)
}

/// The subnet with the range that a route's destination equals or lies inside.
pub fn subnet_around<'a>(
    project: &'a Project,
    network: &'a str,
    dest: &'a Ipv4Net,
) -> Option<(&'a Subnetwork, Ipv4Net)> {
    let subnetwork = project.subnetworks.around(network, dest).next()?;
    let range = subnetwork.ranges().find(|range| range.contains(dest))?;
    Some((subnetwork, range))
}
