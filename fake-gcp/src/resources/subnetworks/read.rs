//! The methods `subnetworks.get`, `list` and `aggregatedList`.
use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::self_link;
use crate::api::{list, reference};
use crate::model::geography;
use crate::model::subnetworks::Subnetwork;
use crate::resources::call::{Answer, Call};
use crate::resources::paging::{self, Names};
use crate::state::State;
use serde_json::{Value, json};

const NAMES: Names<'static> = Names {
    list: "compute#subnetworkList",
    aggregated: "compute#subnetworkAggregatedList",
    collection: "subnetworks",
};

/// The subnet that a call names, by name or numeric id.
pub(crate) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Subnetwork, ApiError> {
    let (region, name) = (call.param("region"), call.param("subnetwork"));
    let project = state.store.project(call.project);
    let found = project.and_then(|project| project.subnetworks.find(region, name));
    found.ok_or_else(|| ApiError::not_found(&reference::regional(call.project, region, "subnetworks", name)))
}

/// Answers `subnetworks.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|subnetwork| Answer::Read(subnetwork.to_json()))
}

/// Answers `subnetworks.list`: the subnets of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let subnets = state.store.project(call.project).map(|project| &project.subnetworks);
    paging::of_place(subnets, call, NAMES, Subnetwork::to_json)
}

/// Answers `subnetworks.aggregatedList`: the subnets of all regions.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let subnets = state.store.project(call.project).map(|project| &project.subnetworks);
    paging::of_all_places(subnets, call, NAMES, geography::scopes(), Vec::new(), Subnetwork::to_json)
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
