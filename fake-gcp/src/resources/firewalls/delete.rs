//! The method `firewalls.delete`.

use super::Effect;
use crate::api::error::ApiError;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::scope::Scope;
use crate::resources;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let firewall = super::read::find(world, call)?;
    let target = firewall.path(call.project);
    world.operations.require_idle(&target)?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "delete",
        target,
        target_id: Some(firewall.id),
        effect: resources::Effect::Firewall(Effect::Delete(firewall.name.clone())),
    })))
}

/// Deletes the firewall rule.
pub(super) fn apply(world: &mut World, context: &Context, name: &str) -> Result<(), ApiError> {
    world.store.project_mut(&context.project).firewalls.remove(name);
    Ok(())
}
