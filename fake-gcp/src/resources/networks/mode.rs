//! The method `networks.switchToCustomMode`. The subnets that Google made stay.

use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::networks::Mode;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let name = call.param("network").to_owned();
    let target = reference::global(call.project, "networks", &name);
    let network = state.network(call.project, &name).ok_or_else(|| ApiError::not_found(&target))?;
    state.operations.require_idle(&target)?;
    if network.mode != Mode::Auto {
        let why = "Network must be in auto subnet mode.";
        return Err(ApiError::invalid("network", &name, why));
    }
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "switchToCustomMode",
        target,
        target_id: Some(network.id),
        effect: Effect::new(move |state, context| {
            if let Some(network) = state.store.project_mut(&context.project).networks.get_mut(&name) {
                network.mode = Mode::Custom;
            }
            Ok(())
        }),
    })))
}
