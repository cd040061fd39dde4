//! The method `addresses.setLabels`.

use crate::api::error::ApiError;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::labels;
use crate::state::{Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let address = super::read::find(state, call)?;
    let target = address.path(call.project);
    state.operations.require_idle(&target)?;
    let labels = labels::read(call, &address.label_fingerprint())?;
    let place = (address.region.clone(), address.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(address.region.clone()),
        operation_type: "setLabels",
        target,
        target_id: Some(address.id),
        effect: Effect::new(move |state, context| {
            state.store.project_mut(&context.project).addresses.change(&place, |address| {
                address.labels.clone_from(&labels);
                address.label_revision += 1;
            });
            Ok(())
        }),
    })))
}
