//! Ranges of subnets against each other, against reserved ranges and against static routes.

use ipnet::Ipv4Net;

use crate::cidr::overlap;
use crate::model::peerings::PeeringRouteType;
use crate::model::routes::Route;
use crate::model::store::{Project, Store};
use crate::model::subnetworks::Subnetwork;

/// Reason why a range cannot be used by a subnet of `network`: what it conflicts with, as Google says it.
///
/// The whole network is looked at, across regions, and the networks that it is peered with. `except` is a
/// range of the very subnet that is being changed.
pub fn conflict(
    store: &Store,
    project: &str,
    network: &str,
    cidr: &Ipv4Net,
    except: Option<&Ipv4Net>,
) -> Option<String> {
    let own = store.project(project)?;
    let peers = own.networks.get(network).map(|network| network.peers(project)).unwrap_or_default();
    let mut all = vec![(project.to_owned(), network.to_owned())];
    all.extend(peers);
    for (project_id, network) in &all {
        let Some(project) = store.project(project_id) else { continue };
        for subnetwork in project.subnetworks_of(network) {
            let mut ranges = subnetwork.ranges().filter(|range| except != Some(range));
            if ranges.any(|range| overlap(&range, cidr)) {
                return Some(format!(
                    "Invalid IPCidrRange: {cidr} conflicts with existing subnetwork '{}' in region '{}'.",
                    subnetwork.name, subnetwork.region
                ));
            }
        }
        let mut reserved = project.reserved_ranges.iter().filter(|reserved| reserved.network == *network);
        if let Some(reserved) = reserved.find(|reserved| overlap(&reserved.cidr, cidr)) {
            return Some(format!(
                "Invalid IPCidrRange: {cidr} conflicts with reserved IP range '{}'.",
                reserved.cidr
            ));
        }
    }
    let network = own.networks.get(network)?;
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
    dest: &Ipv4Net,
) -> Option<(&'a Subnetwork, Ipv4Net)> {
    project.subnetworks_of(network).find_map(|subnetwork| {
        let range = subnetwork.ranges().find(|range| range.contains(dest))?;
        Some((subnetwork, range))
    })
}
