//! The methods `targetPools.get`, `list` and `aggregatedList`.

use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::engine::World;
use crate::engine::call::{Answer, Call};
use crate::model::geography;
use crate::model::target_pools::TargetPool;
use serde_json::Value;

/// The pool that a call names, by name or numeric id.
pub(super) fn find<'a>(world: &'a World, call: &Call<'_>) -> Result<&'a TargetPool, ApiError> {
    let (region, name) = (call.param("region"), call.param("targetPool"));
    let mut pools = world.store.project(call.project).into_iter().flat_map(|p| p.target_pools.values());
    let found =
        pools.find(|pool| pool.region == region && (pool.name == name || pool.id.to_string() == name));
    found.ok_or_else(|| ApiError::not_found(&reference::regional(call.project, region, "targetPools", name)))
}

fn in_region(world: &World, project: &str, region: &str) -> Vec<Value> {
    let pools = world.store.project(project).into_iter().flat_map(|project| project.target_pools.values());
    pools.filter(|pool| pool.region == region).map(|pool| pool.to_json(project)).collect()
}

/// Answers `targetPools.get`.
pub(crate) fn get(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(world, call).map(|pool| Answer::Read(pool.to_json(call.project)))
}

/// Answers `targetPools.list`: the pools of a region.
pub(crate) fn list(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let region = call.param("region");
    let path = format!("projects/{}/regions/{region}/targetPools", call.project);
    let items = in_region(world, call.project, region);
    list::list(&call.query, "compute#targetPoolList", &path, items).map(Answer::Read)
}

/// Answers `targetPools.aggregatedList`: the pools of all regions.
pub(crate) fn aggregated(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scopes = geography::region_scopes(|region| in_region(world, call.project, region));
    let path = format!("projects/{}/aggregated/targetPools", call.project);
    list::aggregated(&call.query, "compute#targetPoolAggregatedList", &path, "targetPools", scopes)
        .map(Answer::Read)
}
