//! The methods `routers.get`, `list` and `aggregatedList`.

use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::geography;
use crate::model::routers::Router;
use crate::resources::call::{Answer, Call};
use crate::resources::paging::{self, Names};
use crate::state::State;
use serde_json::Value;

const NAMES: Names =
    Names { list: "compute#routerList", aggregated: "compute#routerAggregatedList", collection: "routers" };

/// The router that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Router, ApiError> {
    let (region, name) = (call.param("region"), call.param("router"));
    let found = state.store.project(call.project).and_then(|project| project.routers.find(region, name));
    found.ok_or_else(|| {
        ApiError::not_found(&reference::regional(call.project, region, NAMES.collection, name))
    })
}

/// Answers `routers.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|router| Answer::Read(router.to_json(call.project)))
}

/// Answers `routers.list`: the routers of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let routers = state.store.project(call.project).map(|project| &project.routers);
    paging::of_place(routers, call, NAMES, |router| router.to_json(call.project))
}

/// Answers `routers.aggregatedList`: the routers of all regions.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let routers = state.store.project(call.project).map(|project| &project.routers);
    let scopes = geography::scopes();
    paging::of_all_places(routers, call, NAMES, scopes, Vec::new(), |router| router.to_json(call.project))
}

/// All routers of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.routers.values());
    all.map(|one| one.to_json(project)).collect()
}
