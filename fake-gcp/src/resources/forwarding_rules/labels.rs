//! The method `forwardingRules.setLabels`.

use crate::api::error::ApiError;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::labels;
use crate::state::{Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let rule = super::read::find(state, call)?;
    let target = rule.path(call.project);
    state.operations.require_idle(&target)?;
    let labels = labels::read(call, &rule.label_fingerprint())?;
    let place = (rule.region.clone(), rule.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(rule.region.clone()),
        operation_type: "setLabels",
        target,
        target_id: Some(rule.id),
        effect: Effect::new(move |state, context| {
            state.store.project_mut(&context.project).forwarding_rules.change(&place, |rule| {
                rule.labels.clone_from(&labels);
                rule.label_revision += 1;
            });
            Ok(())
        }),
    })))
}
