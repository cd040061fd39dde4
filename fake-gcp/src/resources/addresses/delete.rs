//! The method `addresses.delete`. Users of the address are looked for when the request arrives.

use super::Effect;
use crate::api::error::ApiError;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::addresses::Address;
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::resources;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let address = super::read::find(world, call)?;
    let target = address.path(call.project);
    world.operations.require_idle(&target)?;
    check_unused(world, call.project, address)?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(address.region.clone()),
        operation_type: "delete",
        target,
        target_id: Some(address.id),
        effect: resources::Effect::Address(Effect::Delete((address.region.clone(), address.name.clone()))),
    })))
}

fn check_unused(world: &World, project: &str, address: &Address) -> Result<(), ApiError> {
    let users = world.store.project(project).map(|resources| address.users(project, resources));
    users
        .unwrap_or_default()
        .first()
        .map_or(Ok(()), |user| Err(ApiError::in_use("address", &address.path(project), user)))
}

/// Releases it, unless somebody came to use it.
pub(super) fn apply(world: &mut World, context: &Context, place: &Scoped) -> Result<(), ApiError> {
    if let Some(address) = world.address(&context.project, &place.0, &place.1) {
        check_unused(world, &context.project, address)?;
    }
    world.store.project_mut(&context.project).addresses.remove(place);
    Ok(())
}
