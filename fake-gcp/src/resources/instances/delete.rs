//! The method `instances.delete`. Routes to the instance stay behind.

use super::Effect;
use crate::api::error::ApiError;
use crate::dataplane::What;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::scope::Scope;
use crate::resources;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let instance = super::read::find(world, call)?;
    world.operations.require_idle(&instance.path())?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Zone(instance.zone.clone()),
        operation_type: "delete",
        target: instance.path(),
        target_id: Some(instance.id),
        effect: resources::Effect::Instance(Effect::Delete(instance.zone.clone(), instance.name.clone())),
    })))
}

/// Deletes the instance with all its addresses.
pub(super) fn apply(world: &mut World, context: &Context, zone: &str, name: &str) -> Result<(), ApiError> {
    let place = (zone.to_owned(), name.to_owned());
    if let Some(instance) = world.store.project_mut(&context.project).instances.remove(&place) {
        world.record(context, What::VmRemoved { vm: instance.vm() });
    }
    Ok(())
}
