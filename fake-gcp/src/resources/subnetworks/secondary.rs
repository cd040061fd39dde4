//! Secondary ranges: their reading from a request, and the rules that a change of the list must keep to.

use super::{ranges, reserved};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::placed::Key;
use crate::model::subnetworks::{SecondaryRange, Subnetwork};
use crate::state::State;

const FIELD: &str = "secondaryIpRanges";

/// Reads the list of a request; `None` if the field is absent.
pub(super) fn parse(
    state: &State,
    (project, network): (&str, &str),
    body: &Body,
) -> Result<Option<Vec<SecondaryRange>>, ApiError> {
    let Some(items) = body.objects(FIELD)? else { return Ok(None) };
    let mut parsed: Vec<SecondaryRange> = Vec::new();
    for item in items {
        item.only(&["rangeName", "ipCidrRange", "reservedInternalRange"])?;
        let range_name = item.require("rangeName")?.to_owned();
        if !reference::is_name(&range_name) {
            return Err(item.invalid("rangeName", "Must be 1-63 characters long and comply with RFC 1035."));
        }
        if parsed.iter().any(|range| range.range_name == range_name) {
            return Err(item.invalid("rangeName", "Range names must be unique within a subnetwork."));
        }
        let (ip_cidr_range, reserved_internal_range) = reserved::range(state, (project, network), &item)?;
        parsed.push(SecondaryRange { range_name, ip_cidr_range, reserved_internal_range });
    }
    Ok(Some(parsed))
}

/// Refuses more secondary ranges than a subnet may have.
pub(super) fn check_count(state: &State, body: &Body, wanted: &[SecondaryRange]) -> Result<(), ApiError> {
    let limit = state.settings.limits.secondary_ranges_per_subnet;
    if wanted.len() <= limit {
        return Ok(());
    }
    Err(body.invalid(
        FIELD,
        &format!("At most {limit} secondary ranges are allowed, {} were given.", wanted.len()),
    ))
}

/// Whether the list of a subnet may be replaced by `wanted`.
pub(super) fn check_replace(
    state: &State,
    subnetwork: &Subnetwork,
    wanted: &[SecondaryRange],
) -> Result<(), ApiError> {
    let present = &subnetwork.secondary_ranges;
    for range in wanted {
        let same_name = present.iter().find(|other| other.range_name == range.range_name);
        if let Some(other) = same_name.filter(|other| other.ip_cidr_range != range.ip_cidr_range) {
            let why = format!("Existing secondary range cannot be modified: {}.", other.ip_cidr_range);
            return Err(ApiError::invalid("resource.secondaryIpRanges", "", &why));
        }
    }
    let added: Vec<_> = wanted.iter().filter(|range| !present.contains(range)).collect();
    let removed: Vec<_> = present.iter().filter(|range| !wanted.contains(range)).collect();
    // A new name for a present range is told by its conflict with that range, before anything else.
    for range in &added {
        if let Some(index) = wanted.iter().position(|other| other == *range) {
            let field = format!("resource.secondaryIpRanges[{index}].ipCidrRange");
            ranges::check_free(
                state,
                subnetwork,
                &range.ip_cidr_range,
                range.reserved_internal_range.as_deref(),
                &field,
            )?;
        }
    }
    if !added.is_empty() && !removed.is_empty() {
        let list = |ranges: &[&SecondaryRange]| {
            ranges.iter().map(|range| range.ip_cidr_range.to_string()).collect::<Vec<_>>().join(", ")
        };
        let why = format!(
            "Cannot add and remove secondary IP ranges in the same request. Added ranges: [{}]. Removed ranges: [{}].",
            list(&added),
            list(&removed)
        );
        return Err(ApiError::invalid("resource.secondaryIpRanges", "", &why));
    }
    for range in removed {
        check_unused(state, subnetwork, &range.range_name)?;
    }
    let changed = Subnetwork { secondary_ranges: wanted.to_vec(), ..subnetwork.clone() };
    ranges::check_apart(&changed)
}

/// Whether no alias is taken from a secondary range and no NAT names it.
fn check_unused(state: &State, subnetwork: &Subnetwork, range_name: &str) -> Result<(), ApiError> {
    let (project_id, key) = (&subnetwork.project, subnetwork.key());
    let Some(project) = state.store.project(project_id) else { return Ok(()) };
    let instance = project
        .instances
        .first_with_alias_from(&key, range_name)
        .map(|instance| reference::zonal(project_id, &instance.zone, "instances", &instance.name));
    let router = || {
        project.routers.with(&Key::Subnet(key.clone())).find(|router| router.names_range(&key, range_name))
    };
    let user = instance.or_else(|| router().map(|router| router.path(project_id)));
    user.map_or(Ok(()), |user| Err(ApiError::in_use("subnetwork", &key.path(), &user)))
}
