//! The method `routes.delete`.

use super::subnet;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::dataplane::What;
use crate::model::networks;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::state::{Context, Effect, State};

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let name = call.param("route");
    let target = reference::global(call.project, "routes", name);
    let missing = || ApiError::not_found(&target);
    let project = state.store.project(call.project).ok_or_else(missing)?;
    if subnet::get(call.project, project, name).is_some() {
        return Err(ApiError::invalid("route", name, "The local route of a subnetwork cannot be deleted."));
    }
    let route = project.routes.get(name).ok_or_else(missing)?;
    state.operations.require_idle(&target)?;
    let (name, id) = (name.to_owned(), route.id);
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "delete",
        target,
        target_id: Some(id),
        effect: Effect::new(move |state, context| apply(state, context, &name)),
    })))
}

/// Deletes the route.
pub(super) fn apply(state: &mut State, context: &Context, name: &str) -> Result<(), ApiError> {
    remove(state, context, name);
    Ok(())
}

/// Deletes a route without any check.
pub(crate) fn remove(state: &mut State, context: &Context, name: &str) {
    let removed = state.store.project_mut(&context.project).routes.remove(name);
    if let Some(route) = removed.filter(|route| route.dest_range.addr().is_ipv4()) {
        let network = networks::fact(&context.project, &route.network);
        state.record(context, What::RouteRemoved { network, name: route.name });
    }
}
