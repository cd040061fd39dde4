//! The method `targetPools.delete`. Rules that lead to a pool are looked for when the request arrives.

use super::Effect;
use crate::api::error::ApiError;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::model::target_pools::TargetPool;
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
    let path = pool.path(project_id);
    let mut rules =
        world.store.project(project_id).into_iter().flat_map(|project| project.forwarding_rules.values());
    match rules.find(|rule| rule.leads_to(&path)) {
        Some(rule) => Err(ApiError::in_use("target_pool", &path, &rule.path(project_id))),
        None => Ok(()),
    }
}

/// Deletes the target pool, unless a rule came to lead to it.
pub(super) fn apply(world: &mut World, context: &Context, place: &Scoped) -> Result<(), ApiError> {
    if let Some(pool) = world.target_pool(&context.project, &place.0, &place.1) {
        check_unused(world, &context.project, pool)?;
    }
    world.store.project_mut(&context.project).target_pools.remove(place);
    Ok(())
}
