//! The methods `networks.addPeering` and `networks.removePeering`.

use serde_json::{Map, Value, json};

use crate::api::error::ApiError;
use crate::api::reference::{self, self_link};
use crate::cidr;
use crate::governance::policies::Constraint;
use crate::model::networks::Network;
use crate::model::peerings::is_called;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 8] = [
    "name",
    "network",
    "exchangeSubnetRoutes",
    "importCustomRoutes",
    "exportCustomRoutes",
    "importSubnetRoutesWithPublicIp",
    "exportSubnetRoutesWithPublicIp",
    "stackType",
];

/// A network of any project: the project and the name.
type Place = (String, String);

/// Checks the request for a peering, and gives the mutation that may start.
pub(crate) fn check_add(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let network = target(state, call)?;
    let body = call.body()?;
    body.only(&["networkPeering"])?;
    let wanted =
        body.object("networkPeering")?.ok_or_else(|| ApiError::required(&body.path("networkPeering")))?;
    wanted.only(&FIELDS)?;
    let name = checks::name(&wanted)?;
    if network.peerings.iter().any(|peering| is_called(peering, &name)) {
        return Err(wanted.invalid("name", "The network has a peering of this name."));
    }
    if wanted.bool("exchangeSubnetRoutes")? != Some(true) {
        return Err(wanted.invalid("exchangeSubnetRoutes", "Must be true."));
    }
    let (project, _, peer) = reference::parse(wanted.require("network")?, call.project, "networks")
        .ok_or_else(|| wanted.invalid("network", "The URL is malformed."))?;
    let peer: Place = (project, peer);
    check_policy(state, call.project, &peer)?;
    check_overlap(state, call.project, network, &peer)?;
    let mut peering = Map::from_iter([
        ("autoCreateRoutes".to_owned(), json!(true)),
        ("stackType".to_owned(), json!("IPV4_ONLY")),
        ("importCustomRoutes".to_owned(), json!(false)),
        ("exportCustomRoutes".to_owned(), json!(false)),
        ("importSubnetRoutesWithPublicIp".to_owned(), json!(false)),
        ("exportSubnetRoutesWithPublicIp".to_owned(), json!(true)),
    ]);
    peering.extend(wanted.into_map());
    peering.insert("network".to_owned(), self_link(&reference::global(&peer.0, "networks", &peer.1)).into());
    let name = network.name.clone();
    let effect = Effect::new(move |state, context| add(state, context, &name, peering.clone(), &peer));
    start(call, network, "addPeering", effect)
}

/// Checks the request for the end of a peering, and gives the mutation that may start.
pub(crate) fn check_remove(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let network = target(state, call)?;
    let body = call.body()?;
    body.only(&["name"])?;
    let peering = body.require("name")?.to_owned();
    if !network.peerings.iter().any(|present| is_called(present, &peering)) {
        return Err(body.invalid("name", "There is no peering of this name in the network."));
    }
    let name = network.name.clone();
    let effect = Effect::new(move |state, context| {
        remove(state, context, &name, &peering);
        Ok(())
    });
    start(call, network, "removePeering", effect)
}

fn target<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Network, ApiError> {
    call.query.only(&["requestId"])?;
    let name = call.param("network");
    let path = reference::global(call.project, "networks", name);
    let network = state.network(call.project, name).ok_or_else(|| ApiError::not_found(&path))?;
    state.operations.require_idle(&path)?;
    Ok(network)
}

fn start(
    call: &Call<'_>,
    network: &Network,
    operation_type: &'static str,
    effect: Effect,
) -> Result<Answer, ApiError> {
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Global,
        operation_type,
        target: network.path(call.project),
        target_id: Some(network.id),
        effect,
    })))
}

fn check_policy(state: &State, project: &str, peer: &Place) -> Result<(), ApiError> {
    let constraint = Constraint::RestrictVpcPeering;
    if !state.governance.policies.in_force(project, constraint) {
        return Ok(());
    }
    let peer = reference::global(&peer.0, "networks", &peer.1);
    let why = format!("Peering the network {peer} is not allowed.");
    Err(ApiError::constraint_violated(constraint.as_str(), project, &why))
}

fn check_overlap(state: &State, project: &str, network: &Network, peer: &Place) -> Result<(), ApiError> {
    let ranges = |project: &str, network: &str| {
        let project = state.store.project(project).into_iter();
        let subnets = project.flat_map(|project| project.subnetworks_of(network));
        subnets.flat_map(|subnet| subnet.ranges()).collect::<Vec<_>>()
    };
    let theirs = ranges(&peer.0, &peer.1);
    for own in ranges(project, &network.name) {
        if let Some(other) = theirs.iter().find(|other| cidr::overlap(other, &own)) {
            let why = format!(
                "An IP range in the peer network ({other}) overlaps with an IP range in the local network ({own})."
            );
            return Err(ApiError::invalid("resource.networkPeering.network", &peer.1, &why));
        }
    }
    Ok(())
}

/// Adds the peering. It is active once the other network has one back.
pub(super) fn add(
    state: &mut State,
    context: &Context,
    name: &str,
    mut peering: Map<String, Value>,
    peer: &Place,
) -> Result<(), ApiError> {
    let own: Place = (context.project.clone(), name.to_owned());
    let back = state.network(&peer.0, &peer.1).is_some_and(|network| towards(network, &peer.0, &own));
    set_state(&mut peering, back);
    if back {
        set_states(state, peer, &own, true);
    }
    if let Some(network) = state.store.project_mut(&context.project).networks.get_mut(name) {
        network.peerings.push(Value::Object(peering));
    }
    Ok(())
}

/// Removes the peering with what came over it; the one back is no longer active.
pub(super) fn remove(state: &mut State, context: &Context, name: &str, peering: &str) {
    let Some(network) = state.store.project_mut(&context.project).networks.get_mut(name) else { return };
    let gone = network.peerings.iter().find(|present| is_called(present, peering)).cloned();
    network.peerings.retain(|present| !is_called(present, peering));
    network.peering_routes.retain(|route| route.peering != peering);
    let own: Place = (context.project.clone(), name.to_owned());
    if let Some(peer) = gone.and_then(|gone| peer_of(&gone, &context.project)) {
        set_states(state, &peer, &own, false);
    }
}

fn peer_of(peering: &Value, project: &str) -> Option<Place> {
    let (project, _, name) = reference::parse(peering.get("network")?.as_str()?, project, "networks")?;
    Some((project, name))
}

fn towards(network: &Network, project: &str, other: &Place) -> bool {
    network.peerings.iter().any(|peering| peer_of(peering, project).as_ref() == Some(other))
}

/// Sets the state of the peerings that a network has with another.
fn set_states(state: &mut State, of: &Place, with: &Place, active: bool) {
    let Some(network) = state.store.project_mut(&of.0).networks.get_mut(&of.1) else { return };
    for peering in &mut network.peerings {
        if peer_of(peering, &of.0).as_ref() == Some(with)
            && let Some(map) = peering.as_object_mut()
        {
            set_state(map, active);
        }
    }
}

fn set_state(peering: &mut Map<String, Value>, active: bool) {
    let (state, details) =
        if active { ("ACTIVE", "Connected.") } else { ("INACTIVE", "Waiting for peer network to connect.") };
    peering.insert("state".to_owned(), state.into());
    peering.insert("stateDetails".to_owned(), details.into());
}
