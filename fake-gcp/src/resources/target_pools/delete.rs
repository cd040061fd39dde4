//! The method `targetPools.delete`. Rules that lead to a pool are looked for when the request arrives.

use super::{Effect, TargetPool};
use crate::api::error::ApiError;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::scope::Scope;
use crate::engine::store::Scoped;
use crate::engine::{Context, World};
use crate::resources;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let pool = super::read::find(world, call)?;
    let target = pool.path(call.project);
    world.operations.require_idle(&target)?;
    check_unused(world, call.project, pool)?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(pool.region.clone()),
        operation_type: "delete",
        target,
        target_id: Some(pool.id),
        effect: resources::Effect::TargetPool(Effect::Delete((pool.region.clone(), pool.name.clone()))),
    })))
}

fn check_unused(world: &World, project_id: &str, pool: &TargetPool) -> Result<(), ApiError> {
    let user = world.store.project(project_id).and_then(|project| pool.user(project_id, project));
    user.map_or(Ok(()), |user| Err(ApiError::in_use("target_pool", &pool.path(project_id), &user)))
}

/// Deletes the target pool, unless a rule came to lead to it.
pub(super) fn apply(world: &mut World, context: &Context, place: &Scoped) -> Result<(), ApiError> {
    if let Some(pool) = world.target_pool(&context.project, &place.0, &place.1) {
        check_unused(world, &context.project, pool)?;
    }
    world.store.project_mut(&context.project).target_pools.remove(place);
    Ok(())
}
