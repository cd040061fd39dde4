//! The method `forwardingRules.delete`. A reserved address stays reserved; any other is free again.

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
    let rule = super::read::find(world, call)?;
    let target = rule.path(call.project);
    world.operations.require_idle(&target)?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(rule.region.clone()),
        operation_type: "delete",
        target,
        target_id: Some(rule.id),
        effect: resources::Effect::ForwardingRule(Effect::Delete((rule.region.clone(), rule.name.clone()))),
    })))
}

/// Deletes the forwarding rule.
pub(super) fn apply(world: &mut World, context: &Context, place: &Scoped) {
    world.store.project_mut(&context.project).forwarding_rules.remove(place);
}
