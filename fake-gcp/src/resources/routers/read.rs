//! The methods `routers.get`, `list` and `aggregatedList`.
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::engine::World;
use crate::engine::call::{Answer, Call};
use crate::model::geography;
use crate::model::routers::Router;

/// The router that a call names, by name or numeric id.
pub(super) fn find<'a>(world: &'a World, call: &Call<'_>) -> Result<&'a Router, ApiError> {
    let (region, name) = (call.param("region"), call.param("router"));
    let mut routers = in_region(world, call.project, region);
    let found = routers.find(|router| router.name == name || router.id.to_string() == name);
    found.ok_or_else(|| ApiError::not_found(&reference::regional(call.project, region, "routers", name)))
}

fn in_region<'a>(world: &'a World, project: &str, region: &str) -> impl Iterator<Item = &'a Router> {
    let all = world.store.project(project).into_iter().flat_map(|project| project.routers.values());
    all.filter(move |router| router.region == region)
}

/// Answers `routers.get`.
pub(crate) fn get(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(world, call).map(|router| Answer::Read(router.to_json(call.project)))
}

/// Answers `routers.list`: the routers of a region.
pub(crate) fn list(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let region = call.param("region");
    let items = in_region(world, call.project, region).map(|router| router.to_json(call.project)).collect();
    let path = format!("projects/{}/regions/{region}/routers", call.project);
    list::list(&call.query, "compute#routerList", &path, items).map(Answer::Read)
}

/// Answers `routers.aggregatedList`: the routers of all regions.
pub(crate) fn aggregated(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scopes = geography::region_scopes(|region| {
        in_region(world, call.project, region).map(|router| router.to_json(call.project)).collect()
    });
    let path = format!("projects/{}/aggregated/routers", call.project);
    list::aggregated(&call.query, "compute#routerAggregatedList", &path, "routers", scopes).map(Answer::Read)
}
