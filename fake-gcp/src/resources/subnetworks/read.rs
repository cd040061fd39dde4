//! The methods `subnetworks.get`, `list` and `aggregatedList`.
use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::self_link;
use crate::api::{list, reference};
use crate::model::geography;
use crate::model::subnetworks::Subnetwork;
use crate::resources::call::{Answer, Call};
use crate::state::State;
use serde_json::{Value, json};

/// The subnet that a call names, by name or numeric id.
pub(crate) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Subnetwork, ApiError> {
    let (region, name) = (call.param("region"), call.param("subnetwork"));
    let in_region = in_region(state, call.project, region);
    let found = in_region.into_iter().find(|s| s.name == name || s.id.to_string() == name);
    found.ok_or_else(|| ApiError::not_found(&reference::regional(call.project, region, "subnetworks", name)))
}

fn in_region<'a>(state: &'a State, project: &str, region: &str) -> Vec<&'a Subnetwork> {
    let project = state.store.project(project);
    let all = project.into_iter().flat_map(|project| project.subnetworks.values());
    all.filter(|subnetwork| subnetwork.region == region).collect()
}

/// Answers `subnetworks.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|subnetwork| Answer::Read(subnetwork.to_json()))
}

/// Answers `subnetworks.list`: the subnets of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let region = call.param("region");
    let items = in_region(state, call.project, region).into_iter().map(Subnetwork::to_json).collect();
    let path = format!("projects/{}/regions/{region}/subnetworks", call.project);
    list::list(&call.query, "compute#subnetworkList", &path, items).map(Answer::Read)
}

/// Answers `subnetworks.aggregatedList`: the subnets of all regions.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scopes = geography::region_scopes(|region| {
        in_region(state, call.project, region).into_iter().map(Subnetwork::to_json).collect()
    });
    let path = format!("projects/{}/aggregated/subnetworks", call.project);
    list::aggregated(&call.query, "compute#subnetworkAggregatedList", &path, "subnetworks", scopes)
        .map(Answer::Read)
}

/// All subnets of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.subnetworks.values());
    all.map(|one| one.to_json()).collect()
}

/// Answers `subnetworks.listUsable`: the subnets of all regions, each in short.
pub(crate) fn usable(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let project = state.store.project(call.project).into_iter();
    let subnets = project.flat_map(|project| project.subnetworks.values());
    let items = subnets.map(|subnetwork| {
        let secondary = subnetwork.secondary_ranges.iter().map(|range| json!(range)).collect();
        Object::default()
            .with("subnetwork", self_link(&subnetwork.key().path()))
            .with("network", self_link(&reference::global(call.project, "networks", &subnetwork.network)))
            .with("ipCidrRange", subnetwork.ip_cidr_range.to_string())
            .with_list("secondaryIpRanges", secondary)
            .with("stackType", subnetwork.stack.as_str())
            .with("purpose", subnetwork.purpose.as_str())
            .with_some("role", subnetwork.role.clone())
            .build()
    });
    let path = format!("projects/{}/aggregated/subnetworks/listUsable", call.project);
    let kind = "compute#usableSubnetworksAggregatedList";
    list::nameless(&call.query, &["serviceProject"], kind, &path, items.collect()).map(Answer::Read)
}
