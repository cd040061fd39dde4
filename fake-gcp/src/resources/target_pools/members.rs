//! The methods `targetPools.addInstance` and `removeInstance`. An instance that goes stays a member by name.

use super::Effect;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::geography;
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::model::target_pools::TargetPool;
use crate::resources;

/// Checks a request to add instances.
pub(crate) fn check_add(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    change(world, call, "AddInstance", Effect::AddInstances)
}

/// Checks a request to take instances out.
pub(crate) fn check_remove(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    change(world, call, "RemoveInstance", Effect::RemoveInstances)
}

fn change(
    world: &World,
    call: &Call<'_>,
    operation_type: &'static str,
    effect: fn(Scoped, Vec<String>) -> Effect,
) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let pool = super::read::find(world, call)?;
    let target = pool.path(call.project);
    world.operations.require_idle(&target)?;
    let body = call.body()?;
    body.only(&["instances"])?;
    let mut paths = Vec::new();
    for entry in body.objects("instances")?.unwrap_or_default() {
        entry.only(&["instance"])?;
        paths.push(path(entry.require("instance")?, call.project, &pool.region, &entry.path("instance"))?);
    }
    let place = (pool.region.clone(), pool.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(pool.region.clone()),
        operation_type,
        target,
        target_id: Some(pool.id),
        effect: resources::Effect::TargetPool(effect(place, paths)),
    })))
}

/// The path of the instance that a URL in the field `at` means: of the pool's region, there or not.
pub(super) fn path(url: &str, project: &str, region: &str, at: &str) -> Result<String, ApiError> {
    let refuse = |why: &str| ApiError::invalid(at, url, why);
    let (owner, zone, name) = reference::parse(url, project, "instances")
        .filter(|(_, zone, _)| !zone.is_empty())
        .ok_or_else(|| refuse("The URL is malformed."))?;
    if geography::region_of_zone(&zone).is_none_or(|of_zone| of_zone.name != region) {
        return Err(refuse("The instance must be in the region of the target pool."));
    }
    Ok(reference::zonal(&owner, &zone, "instances", &name))
}

/// Adds instances that are not members yet.
pub(super) fn add(
    world: &mut World,
    context: &Context,
    place: &Scoped,
    paths: Vec<String>,
) -> Result<(), ApiError> {
    let pool = pool_mut(world, context, place)?;
    for path in paths {
        if !pool.instances.contains(&path) {
            pool.instances.push(path);
        }
    }
    Ok(())
}

/// Takes instances out.
pub(super) fn remove(
    world: &mut World,
    context: &Context,
    place: &Scoped,
    paths: &[String],
) -> Result<(), ApiError> {
    pool_mut(world, context, place)?.instances.retain(|member| !paths.contains(member));
    Ok(())
}

fn pool_mut<'a>(
    world: &'a mut World,
    context: &Context,
    place: &Scoped,
) -> Result<&'a mut TargetPool, ApiError> {
    let path = reference::regional(&context.project, &place.0, "targetPools", &place.1);
    let pools = &mut world.store.project_mut(&context.project).target_pools;
    pools.get_mut(place).ok_or_else(|| ApiError::not_found(&path))
}
