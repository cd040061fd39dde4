//! The method `routers.delete`. The NATs of the router go with it, and release what they used.

use super::Effect;
use crate::api::error::ApiError;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::resources;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let router = super::read::find(world, call)?;
    let target = router.path(call.project);
    world.operations.require_idle(&target)?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(router.region.clone()),
        operation_type: "delete",
        target,
        target_id: Some(router.id),
        effect: resources::Effect::Router(Effect::Delete((router.region.clone(), router.name.clone()))),
    })))
}

/// Deletes the router with what it learned.
pub(super) fn apply(world: &mut World, context: &Context, place: &Scoped) -> Result<(), ApiError> {
    let project = world.store.project_mut(&context.project);
    project.routers.remove(place);
    project.learned_routes.retain(|route| route.router != *place);
    Ok(())
}
