//! The method `routers.delete`. The NATs of the router go with it, and release what they used.

use crate::api::error::ApiError;
use crate::model::scope::Scope;
use crate::model::scope::Scoped;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let router = super::read::find(state, call)?;
    let target = router.path(call.project);
    state.operations.require_idle(&target)?;
    let place = (router.region.clone(), router.name.clone());
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Region(router.region.clone()),
        operation_type: "delete",
        target,
        target_id: Some(router.id),
        effect: Effect::new(move |state, context| apply(state, context, &place)),
    })))
}

/// Deletes the router with what it learned.
pub(super) fn apply(state: &mut State, context: &Context, place: &Scoped) -> Result<(), ApiError> {
    let project = state.store.project_mut(&context.project);
    project.routers.remove(place);
    project.learned_routes.retain(|route| route.router != *place);
    Ok(())
}
