//! The methods `externalVpnGateways.setLabels` and `delete`.

use super::gateway::{self, Gateway};
use super::read::find;
use crate::api::error::ApiError;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::labels;
use crate::state::{Effect, State};

/// Checks `setLabels`.
pub(super) fn check_labels(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let gateway = find(state, call)?;
    let labels = labels::read(call, &gateway.label_fingerprint())?;
    let place = (String::new(), gateway.name.clone());
    let effect = Effect::new(move |state, context| {
        let others = &mut state.store.project_mut(&context.project).others;
        others.change(&place, |gateway: &mut Gateway| {
            gateway.labels.clone_from(&labels);
            gateway.label_revision += 1;
        });
        Ok(())
    });
    start(state, call, gateway, "setLabels", effect)
}

/// Checks `delete`.
pub(super) fn check_delete(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let gateway = find(state, call)?;
    let place = (String::new(), gateway.name.clone());
    let effect = Effect::new(move |state, context| {
        state.store.project_mut(&context.project).others.remove::<Gateway>(&place);
        Ok(())
    });
    start(state, call, gateway, "compute.externalVpnGateways.delete", effect)
}

fn start(
    state: &State,
    call: &Call<'_>,
    gateway: &Gateway,
    operation_type: &'static str,
    effect: Effect,
) -> Result<Answer, ApiError> {
    let target = gateway::path(call.project, &gateway.name);
    state.operations.require_idle(&target)?;
    let target_id = Some(gateway.id);
    Ok(Answer::Start(Box::new(Mutation { scope: Scope::Global, operation_type, target, target_id, effect })))
}
