//! The methods `globalAddresses.delete` and `setLabels`. Ranges of an initial state never change.

use super::address::GlobalAddress;
use crate::api::error::ApiError;
use crate::model::reservations::Reservation;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::labels;
use crate::state::{Effect, State};

fn target<'a>(state: &'a State, call: &Call<'_>) -> Result<(&'a GlobalAddress, String), ApiError> {
    let address = super::read::find(state, call)?;
    let path = address.path(call.project);
    state.operations.require_idle(&path)?;
    Ok((address, path))
}

fn start(address: &GlobalAddress, target: String, operation_type: &'static str, effect: Effect) -> Answer {
    let target_id = Some(address.id);
    Answer::Start(Box::new(Mutation { scope: Scope::Global, operation_type, target, target_id, effect }))
}

/// Checks `delete`.
pub(crate) fn check_delete(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let (address, path) = target(state, call)?;
    let place = (String::new(), address.name.clone());
    let effect = Effect::new(move |state, context| {
        let project = state.store.project_mut(&context.project);
        project.others.remove::<GlobalAddress>(&place);
        project.reserved_ranges.remove(&Reservation::PrivateServices.place(&place.1));
        Ok(())
    });
    Ok(start(address, path, "delete", effect))
}

/// Checks `setLabels`.
pub(crate) fn check_labels(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let (address, path) = target(state, call)?;
    let labels = labels::read(call, &address.label_fingerprint())?;
    let place = (String::new(), address.name.clone());
    let effect = Effect::new(move |state, context| {
        let others = &mut state.store.project_mut(&context.project).others;
        others.change(&place, |address: &mut GlobalAddress| {
            address.labels.clone_from(&labels);
            address.label_revision += 1;
        });
        Ok(())
    });
    Ok(start(address, path, "setLabels", effect))
}
