//! The method `addresses.delete`. Who holds the address is looked for when the request arrives; a forwarding rule keeps it as an
//! ephemeral one.

use crate::api::error::ApiError;
use crate::model::addresses::Address;
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let address = super::read::find(state, call)?;
    let target = address.path(call.project);
    state.operations.require_idle(&target)?;
    check_unused(state, call.project, address)?;
    let place = (address.region.clone(), address.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(address.region.clone()),
        operation_type: "delete",
        target,
        target_id: Some(address.id),
        effect: Effect::new(move |state, context| apply(state, context, &place)),
    })))
}

fn check_unused(state: &State, project: &str, address: &Address) -> Result<(), ApiError> {
    let resources = state.store.project(project);
    let holder = resources.and_then(|resources| address.holders(project, resources).into_iter().next());
    match holder {
        Some(holder) => Err(ApiError::in_use("address", &address.path(project), &holder)),
        None => Ok(()),
    }
}

/// Releases it, unless somebody came to use it.
pub(super) fn apply(state: &mut State, context: &Context, place: &Scoped) -> Result<(), ApiError> {
    if let Some(address) = state.address(&context.project, &place.0, &place.1) {
        check_unused(state, &context.project, address)?;
    }
    state.store.project_mut(&context.project).addresses.remove(place);
    Ok(())
}
