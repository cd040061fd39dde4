//! The ranges of a subnet: their form, and whether they are free.

use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use ipnet::Ipv4Net;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::cidr;
use crate::model::peerings::PeeringRouteType;
use crate::model::subnetworks::Subnetwork;
use crate::network::ranges;
use crate::state::State;

/// Prefix lengths that ranges of subnets can have.
const PREFIX: RangeInclusive<u8> = 4..=29;

/// Ranges that no subnet can have: of this network, of a link, loopback, multicast, broadcast, and those by which Google's
/// APIs are reached from inside.
const PROHIBITED: [Ipv4Net; 7] = [
    prohibited([0, 0, 0, 0], 8),
    prohibited([127, 0, 0, 0], 8),
    prohibited([169, 254, 0, 0], 16),
    prohibited([224, 0, 0, 0], 4),
    prohibited([255, 255, 255, 255], 32),
    prohibited([199, 36, 153, 4], 30),
    prohibited([199, 36, 153, 8], 30),
];

const fn prohibited([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

/// A range without host bits, neither too wide nor too narrow for a subnet.
pub(super) fn cidr(body: &Body, field: &str) -> Result<Ipv4Net, ApiError> {
    let why = "Must be a CIDR address range that is contained in the private ranges.";
    let range: Option<Ipv4Net> = body.parsed(field, why)?;
    let range = range.ok_or_else(|| ApiError::required(&body.path(field)))?;
    if range.trunc() != range {
        return Err(body.invalid(field, "Invalid IPCidrRange: host bits are set."));
    }
    if !PREFIX.contains(&range.prefix_len()) {
        return Err(body.invalid(field, "Invalid IPCidrRange: the prefix length must be between 4 and 29."));
    }
    if let Some(other) = PROHIBITED.iter().find(|other| cidr::overlap(other, &range)) {
        let why = format!("Invalid IPCidrRange: {range} overlaps with the prohibited range {other}.");
        return Err(body.invalid(field, &why));
    }
    Ok(range)
}

/// The first static route inside a range of a subnet without the overlap flag, as an error on `field`.
pub(super) fn check_routes(
    state: &State,
    subnetwork: &Subnetwork,
    range: &Ipv4Net,
    field: &str,
) -> Result<(), ApiError> {
    let Some(project) =
        state.store.project(&subnetwork.project).filter(|_| !subnetwork.allows_routes_overlap())
    else {
        return Ok(());
    };
    let network = project.networks.get(&subnetwork.network);
    let imported = network.into_iter().flat_map(|network| network.foreign_routes(PeeringRouteType::Static));
    if let Some(route) = imported.filter(|route| route.imported).find(|route| range.contains(&route.dest)) {
        let why = format!(
            "Invalid IPCidrRange: {range} conflicts with the destination {} of a route imported by peering '{}'.",
            route.dest, route.peering
        );
        return Err(ApiError::invalid(field, &range.to_string(), &why));
    }
    let conflict = ranges::routes_inside(project, &subnetwork.network, range).next();
    conflict.map_or(Ok(()), |route| {
        let why = format!(
            "Invalid IPCidrRange: {range} conflicts with the destination {} of existing route '{}'.",
            route.dest_range, route.name
        );
        Err(ApiError::invalid(field, &range.to_string(), &why))
    })
}

/// Whether a new range is free in the network, and free of static routes unless the overlap flag is on.
pub(super) fn check_free(
    state: &State,
    subnetwork: &Subnetwork,
    range: &Ipv4Net,
    reservation: Option<&str>,
    field: &str,
) -> Result<(), ApiError> {
    let own = ranges::Own { reservation, ..ranges::Own::default() };
    if let Some(why) = ranges::conflict(&state.store, &subnetwork.project, &subnetwork.network, range, own) {
        return Err(ApiError::invalid(field, &range.to_string(), &why));
    }
    check_routes(state, subnetwork, range, field)
}

/// Whether the ranges of one subnet have nothing in common.
pub(super) fn check_apart(subnetwork: &Subnetwork) -> Result<(), ApiError> {
    let all: Vec<Ipv4Net> = subnetwork.ranges().collect();
    for (index, range) in all.iter().enumerate().skip(1) {
        if let Some(other) = all.iter().take(index).find(|other| cidr::overlap(other, range)) {
            let field = format!("resource.secondaryIpRanges[{}].ipCidrRange", index - 1);
            let why = format!("Invalid IPCidrRange: {range} conflicts with {other} of the same subnetwork.");
            return Err(ApiError::invalid(&field, &range.to_string(), &why));
        }
    }
    Ok(())
}
