//! The methods `routers.get`, `list` and `aggregatedList`.
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::geography;
use crate::model::routers::Router;
use crate::resources::call::{Answer, Call};
use crate::state::State;
use serde_json::Value;

/// The router that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Router, ApiError> {
    let (region, name) = (call.param("region"), call.param("router"));
    let mut routers = in_region(state, call.project, region);
    let found = routers.find(|router| router.name == name || router.id.to_string() == name);
    found.ok_or_else(|| ApiError::not_found(&reference::regional(call.project, region, "routers", name)))
}

fn in_region<'a>(state: &'a State, project: &str, region: &str) -> impl Iterator<Item = &'a Router> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.routers.values());
    all.filter(move |router| router.region == region)
}

/// Answers `routers.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|router| Answer::Read(router.to_json(call.project)))
}

/// Answers `routers.list`: the routers of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let region = call.param("region");
    let items = in_region(state, call.project, region).map(|router| router.to_json(call.project)).collect();
    let path = format!("projects/{}/regions/{region}/routers", call.project);
    list::list(&call.query, "compute#routerList", &path, items).map(Answer::Read)
}

/// Answers `routers.aggregatedList`: the routers of all regions.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scopes = geography::region_scopes(|region| {
        in_region(state, call.project, region).map(|router| router.to_json(call.project)).collect()
    });
    let path = format!("projects/{}/aggregated/routers", call.project);
    list::aggregated(&call.query, "compute#routerAggregatedList", &path, "routers", scopes).map(Answer::Read)
}

/// All routers of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.routers.values());
    all.map(|one| one.to_json(project)).collect()
}
