//! The methods `addresses.get`, `list` and `aggregatedList`.

use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::addresses::Address;
use crate::model::geography;
use crate::resources::call::{Answer, Call};
use crate::resources::global_addresses;
use crate::state::State;
use serde_json::Value;

/// The address that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Address, ApiError> {
    let (region, name) = (call.param("region"), call.param("address"));
    let mut addresses = state.store.project(call.project).into_iter().flat_map(|p| p.addresses.values());
    let found = addresses.find(|a| a.region == region && (a.name == name || a.id.to_string() == name));
    found.ok_or_else(|| ApiError::not_found(&reference::regional(call.project, region, "addresses", name)))
}

/// Answers `addresses.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let address = find(state, call)?;
    let project = state.store.project(call.project);
    let shown = project.map(|project| address.to_json(call.project, project));
    shown.map(Answer::Read).ok_or_else(|| ApiError::access_not_configured(call.project))
}

fn in_region(state: &State, project_id: &str, region: &str) -> Vec<Value> {
    state.store.project(project_id).map_or_else(Vec::new, |project| {
        let in_region = project.addresses.values().filter(|address| address.region == region);
        in_region.map(|address| address.to_json(project_id, project)).collect()
    })
}

/// Answers `addresses.list`: the addresses of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let region = call.param("region");
    let items = in_region(state, call.project, region);
    let path = format!("projects/{}/regions/{region}/addresses", call.project);
    list::list(&call.query, "compute#addressList", &path, items).map(Answer::Read)
}

/// Answers `addresses.aggregatedList`: the addresses of all regions, and the global ones.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut scopes = geography::region_scopes(|region| in_region(state, call.project, region));
    scopes.insert(0, ("global".to_owned(), global_addresses::read::all(state, call.project)));
    let path = format!("projects/{}/aggregated/addresses", call.project);
    list::aggregated(&call.query, "compute#addressAggregatedList", &path, "addresses", scopes)
        .map(Answer::Read)
}

/// All addresses of a project, as they are printed.
pub(super) fn all(state: &State, project_id: &str) -> Vec<Value> {
    let Some(project) = state.store.project(project_id) else { return Vec::new() };
    project.addresses.values().map(|one| one.to_json(project_id, project)).collect()
}
