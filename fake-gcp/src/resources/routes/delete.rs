//! The method `routes.delete`.

use super::{Effect, subnet};
use crate::api::error::ApiError;
use crate::api::reference;
use crate::dataplane::What;
use crate::engine::call::{Answer, Call, Mutation};
use crate::engine::{Context, World};
use crate::model::networks;
use crate::model::scope::Scope;
use crate::resources;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let name = call.param("route");
    let target = reference::global(call.project, "routes", name);
    let missing = || ApiError::not_found(&target);
    let project = world.store.project(call.project).ok_or_else(missing)?;
    if subnet::all(call.project, project).iter().any(|(other, _)| other == name) {
        return Err(ApiError::invalid("route", name, "The local route of a subnetwork cannot be deleted."));
    }
    let route = project.routes.get(name).ok_or_else(missing)?;
    world.operations.require_idle(&target)?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "delete",
        target,
        target_id: Some(route.id),
        effect: resources::Effect::Route(Effect::Delete(name.to_owned())),
    })))
}

/// Deletes the route.
pub(super) fn apply(world: &mut World, context: &Context, name: &str) -> Result<(), ApiError> {
    remove(world, context, name);
    Ok(())
}

/// Deletes a route without any check.
pub(crate) fn remove(world: &mut World, context: &Context, name: &str) {
    let removed = world.store.project_mut(&context.project).routes.remove(name);
    if let Some(route) = removed.filter(|route| route.dest_range.addr().is_ipv4()) {
        let network = networks::fact(&context.project, &route.network);
        world.record(context, What::RouteRemoved { network, name: route.name });
    }
}
