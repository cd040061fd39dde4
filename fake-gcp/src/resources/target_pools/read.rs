//! The methods `targetPools.get`, `list` and `aggregatedList`.

use super::pool::TargetPool;
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::geography;
use crate::resources::call::{Answer, Call};
use crate::state::State;
use serde_json::Value;

/// The pool that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a TargetPool, ApiError> {
    let (region, name) = (call.param("region"), call.param("targetPool"));
    let mut pools = state.others::<TargetPool>(call.project);
    let found =
        pools.find(|pool| pool.region == region && (pool.name == name || pool.id.to_string() == name));
    found.ok_or_else(|| ApiError::not_found(&reference::regional(call.project, region, "targetPools", name)))
}

fn in_region(state: &State, project: &str, region: &str) -> Vec<Value> {
    let pools = state.others::<TargetPool>(project);
    pools.filter(|pool| pool.region == region).map(|pool| pool.to_json(project)).collect()
}

/// Answers `targetPools.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|pool| Answer::Read(pool.to_json(call.project)))
}

/// Answers `targetPools.list`: the pools of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let region = call.param("region");
    let path = format!("projects/{}/regions/{region}/targetPools", call.project);
    let items = in_region(state, call.project, region);
    list::list(&call.query, "compute#targetPoolList", &path, items).map(Answer::Read)
}

/// Answers `targetPools.aggregatedList`: the pools of all regions.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scopes = geography::region_scopes(|region| in_region(state, call.project, region));
    let path = format!("projects/{}/aggregated/targetPools", call.project);
    list::aggregated(&call.query, "compute#targetPoolAggregatedList", &path, "targetPools", scopes)
        .map(Answer::Read)
}

/// All target pools of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.others::<TargetPool>(project);
    all.map(|one| one.to_json(project)).collect()
}
