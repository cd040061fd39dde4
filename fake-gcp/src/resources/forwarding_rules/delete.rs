//! The method `forwardingRules.delete`. A reserved address stays reserved; any other is free again.

use crate::api::error::ApiError;
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let rule = super::read::find(state, call)?;
    let target = rule.path(call.project);
    state.operations.require_idle(&target)?;
    let place = (rule.region.clone(), rule.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(rule.region.clone()),
        operation_type: "delete",
        target,
        target_id: Some(rule.id),
        effect: Effect::new(move |state, context| {
            apply(state, context, &place);
            Ok(())
        }),
    })))
}

/// Deletes the forwarding rule.
pub(super) fn apply(state: &mut State, context: &Context, place: &Scoped) {
    state.store.project_mut(&context.project).forwarding_rules.remove(place);
}
