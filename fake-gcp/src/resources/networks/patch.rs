//! The method `networks.patch`: a JSON merge patch of `routingConfig`, the only thing that can be changed.

use super::insert;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::fixed;
use crate::state::{Context, Effect, State};

/// Fields that never change by PATCH: they are accepted only as they are.
const FIXED: [&str; 7] = [
    "name",
    "description",
    "autoCreateSubnetworks",
    "IPv4Range",
    "mtu",
    "enableUlaInternalIpv6",
    "networkFirewallPolicyEnforcementOrder",
];

/// Output-only fields, ignored when a client sends back what it read.
const OUTPUT: [&str; 7] =
    ["kind", "id", "selfLink", "selfLinkWithId", "creationTimestamp", "subnetworks", "peerings"];

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let name = call.param("network");
    let target = reference::global(call.project, "networks", name);
    let missing = || ApiError::not_found(&target);
    let project = state.store.project(call.project).ok_or_else(missing)?;
    let network = project.networks.get(name).ok_or_else(missing)?;
    state.operations.require_idle(&target)?;
    let (body, shown) = (call.body()?, network.to_json(call.project, project));
    body.only(&[FIXED.as_slice(), &OUTPUT, &["routingConfig"]].concat())?;
    fixed::check(&body, &shown, &FIXED, call.project)?;
    let routing_mode = insert::routing_mode(&call.merged(shown)?)?.to_owned();
    let name = name.to_owned();
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "compute.networks.patch",
        target,
        target_id: Some(network.id),
        effect: Effect::new(move |state, context| apply(state, context, &name, routing_mode.clone())),
    })))
}

/// Sets the routing mode.
pub(super) fn apply(
    state: &mut State,
    context: &Context,
    name: &str,
    routing_mode: String,
) -> Result<(), ApiError> {
    if let Some(network) = state.store.project_mut(&context.project).networks.get_mut(name) {
        network.routing_mode = routing_mode;
    }
    Ok(())
}
