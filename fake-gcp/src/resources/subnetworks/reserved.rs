//! Ranges of subnets that are out of an internal range of Network Connectivity.

use ipnet::Ipv4Net;

use super::ranges;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::model::reservations::{Reservation, ReservedRange};
use crate::model::subnetworks::{SecondaryRange, Subnetwork};
use crate::state::State;

const FIELD: &str = "reservedInternalRange";

/// The range that a body asks for, and the path of the internal range that it is out of, whose addresses are all taken if none
/// are asked for.
pub(super) fn range(
    state: &State,
    (project, network): (&str, &str),
    body: &Body,
) -> Result<(Ipv4Net, Option<String>), ApiError> {
    let reserved = reserved(state, project, network, body)?;
    let range = match (body.string("ipCidrRange")?, &reserved) {
        (None, Some(reserved)) => reserved.cidr,
        (None, None) => return Err(ApiError::required(&body.path("ipCidrRange"))),
        (Some(_), _) => ranges::cidr(body, "ipCidrRange")?,
    };
    match reserved.filter(|reserved| !reserved.cidr.contains(&range)) {
        Some(reserved) => {
            let why = format!("Invalid IPCidrRange: {range} is not in the internal range {}.", reserved.cidr);
            Err(body.invalid("ipCidrRange", &why))
        }
        None => Ok((range, reserved.map(|reserved| reserved.path(project)))),
    }
}

/// The internal range that a body names: by its URL, its full name or its path.
fn reserved<'a>(
    state: &'a State,
    project: &str,
    network: &str,
    body: &Body,
) -> Result<Option<&'a ReservedRange>, ApiError> {
    let Some(text) = body.string(FIELD)? else { return Ok(None) };
    let path = text.find("projects/").and_then(|at| text.get(at..)).unwrap_or(text);
    let name = path.strip_prefix(&format!("projects/{project}/locations/global/internalRanges/"));
    let place = name.map(|name| Reservation::InternalRange.place(name));
    let ranges = state.store.project(project).map(|project| &project.reserved_ranges);
    let found = ranges.zip(place).and_then(|(ranges, place)| ranges.get(&place));
    let found = found.ok_or_else(|| body.invalid(FIELD, "The referenced internal range cannot be found."))?;
    if found.network != network {
        return Err(body.invalid(FIELD, "The internal range is of another network."));
    }
    if !found.for_subnets {
        return Err(
            body.invalid(FIELD, "The internal range is not for subnetworks: its usage must be FOR_VPC.")
        );
    }
    Ok(Some(found))
}

/// Secondary ranges in which those that a subnet has already are out of the internal range that they were.
pub(super) fn kept(mut wanted: Vec<SecondaryRange>, present: &Subnetwork) -> Vec<SecondaryRange> {
    for range in wanted.iter_mut().filter(|range| range.reserved_internal_range.is_none()) {
        let same = present
            .secondary_ranges
            .iter()
            .find(|other| other.range_name == range.range_name && other.ip_cidr_range == range.ip_cidr_range);
        range.reserved_internal_range = same.and_then(|other| other.reserved_internal_range.clone());
    }
    wanted
}
