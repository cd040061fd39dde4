//! The methods `addresses.get`, `list` and `aggregatedList`.

use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::addresses::Address;
use crate::model::geography;
use crate::resources::call::{Answer, Call};
use crate::resources::global_addresses;
use crate::resources::paging::{self, Names};
use crate::state::State;
use serde_json::Value;

const NAMES: Names<'static> = Names {
    list: "compute#addressList",
    aggregated: "compute#addressAggregatedList",
    collection: "addresses",
};

/// The address that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Address, ApiError> {
    let (region, name) = (call.param("region"), call.param("address"));
    let found = state.store.project(call.project).and_then(|project| project.addresses.find(region, name));
    found.ok_or_else(|| {
        ApiError::not_found(&reference::regional(call.project, region, NAMES.collection, name))
    })
}

/// Answers `addresses.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let address = find(state, call)?;
    let project = state.store.project(call.project);
    let shown = project.map(|project| address.to_json(call.project, project));
    shown.map(Answer::Read).ok_or_else(|| ApiError::access_not_configured(call.project))
}

/// Answers `addresses.list`: the addresses of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let project =
        state.store.project(call.project).ok_or_else(|| ApiError::access_not_configured(call.project))?;
    paging::of_place(Some(&project.addresses), call, NAMES, |address| address.to_json(call.project, project))
}

/// Answers `addresses.aggregatedList`: the addresses of all regions, and the global ones.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let project =
        state.store.project(call.project).ok_or_else(|| ApiError::access_not_configured(call.project))?;
    let (scopes, global) =
        (geography::scopes_with_global(), global_addresses::read::all(state, call.project));
    paging::of_all_places(Some(&project.addresses), call, NAMES, scopes, global, |address| {
        address.to_json(call.project, project)
    })
}

/// All addresses of a project, as they are printed.
pub(super) fn all(state: &State, project_id: &str) -> Vec<Value> {
    let Some(project) = state.store.project(project_id) else { return Vec::new() };
    project.addresses.values().map(|one| one.to_json(project_id, project)).collect()
}
