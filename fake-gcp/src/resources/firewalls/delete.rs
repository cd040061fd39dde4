//! The method `firewalls.delete`.

use crate::api::error::ApiError;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let firewall = super::read::find(state, call)?;
    let target = firewall.path(call.project);
    state.operations.require_idle(&target)?;
    let name = firewall.name.clone();
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "delete",
        target,
        target_id: Some(firewall.id),
        effect: Effect::new(move |state, context| apply(state, context, &name)),
    })))
}

/// Deletes the firewall rule.
pub(super) fn apply(state: &mut State, context: &Context, name: &str) -> Result<(), ApiError> {
    state.store.project_mut(&context.project).firewalls.remove(&(String::new(), name.to_owned()));
    Ok(())
}
