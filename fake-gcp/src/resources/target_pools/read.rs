//! The methods `targetPools.get`, `list` and `aggregatedList`.

use super::pool::TargetPool;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::geography;
use crate::resources::call::{Answer, Call};
use crate::resources::paging::{self, Names};
use crate::state::State;
use serde_json::Value;

const NAMES: Names<'static> = Names {
    list: "compute#targetPoolList",
    aggregated: "compute#targetPoolAggregatedList",
    collection: "targetPools",
};

/// The pool that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a TargetPool, ApiError> {
    let (region, name) = (call.param("region"), call.param("targetPool"));
    let found = state.find_other::<TargetPool>(call.project, region, name);
    found.ok_or_else(|| ApiError::not_found(&reference::regional(call.project, region, "targetPools", name)))
}

/// Answers `targetPools.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|pool| Answer::Read(pool.to_json(call.project)))
}

/// Answers `targetPools.list`: the pools of a region.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let pools = state.table_of_others::<TargetPool>(call.project);
    paging::of_place(pools, call, NAMES, |pool| pool.to_json(call.project))
}

/// Answers `targetPools.aggregatedList`: the pools of all regions.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let (pools, scopes) = (state.table_of_others::<TargetPool>(call.project), geography::scopes());
    paging::of_all_places(pools, call, NAMES, scopes, Vec::new(), |pool| pool.to_json(call.project))
}

/// All target pools of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.others::<TargetPool>(project);
    all.map(|one| one.to_json(project)).collect()
}
