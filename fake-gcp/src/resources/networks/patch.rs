//! The method `networks.patch`: a JSON merge patch of `routingConfig` and of the range of unique local addresses, the only
//! things that can be changed.

use super::insert;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::networks::Network;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::fixed;
use crate::state::{Context, Effect, State};

/// Fields that never change by PATCH: they are accepted only as they are.
const FIXED: [&str; 6] = [
    "name",
    "description",
    "autoCreateSubnetworks",
    "IPv4Range",
    "mtu",
    "networkFirewallPolicyEnforcementOrder",
];

/// Fields that can be changed.
const PATCHABLE: [&str; 3] = ["routingConfig", "enableUlaInternalIpv6", "internalIpv6Range"];

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
    body.only(&[FIXED.as_slice(), &OUTPUT, &PATCHABLE].concat())?;
    fixed::check(&body, &shown, &FIXED, call.project)?;
    let merged = call.merged(shown)?;
    let (enabled, range) = insert::ula(&merged)?;
    if network.ula_internal_ipv6 && !enabled {
        return Err(body.invalid("enableUlaInternalIpv6", "It cannot be disabled once it is enabled."));
    }
    if network.internal_ipv6_range.is_some() && network.internal_ipv6_range != range {
        return Err(body.invalid("internalIpv6Range", "The range of a network cannot be changed."));
    }
    let mut changed = network.clone();
    insert::routing_mode(&merged)?.clone_into(&mut changed.routing_mode);
    (changed.ula_internal_ipv6, changed.internal_ipv6_range) = (enabled, range);
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type: "compute.networks.patch",
        target,
        target_id: Some(network.id),
        effect: Effect::new(move |state, context| apply(state, context, changed.clone())),
    })))
}

/// Puts the changed network in place.
fn apply(state: &mut State, context: &Context, mut network: Network) -> Result<(), ApiError> {
    insert::give_range(state, &mut network);
    state.store.project_mut(&context.project).networks.insert(network.name.clone(), network);
    Ok(())
}
