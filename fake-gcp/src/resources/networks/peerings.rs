//! Routes that come over peerings, and the method `networks.listPeeringRoutes`. The data plane does not look at them.

use crate::api::error::ApiError;
use crate::api::list;
use crate::api::reference;
use crate::model::geography;
use crate::model::networks::Network;
use crate::model::peerings::PeeringRoute;
use crate::model::peerings::PeeringRouteType;
use crate::model::peerings::is_active;
use crate::model::peerings::is_called;
use crate::resources::call::{Answer, Call};
use crate::state::State;
use serde_json::Value;

/// Answers `networks.listPeeringRoutes`: the routes that come over one peering.
pub(crate) fn list_routes(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let name = call.param("network");
    let path = reference::global(call.project, "networks", name);
    let network = state.network(call.project, name).ok_or_else(|| ApiError::not_found(&path))?;
    let given = |parameter: &str| call.query.get(parameter).ok_or_else(|| ApiError::required(parameter));
    let (peering, region) = (given("peeringName")?, given("region")?);
    if geography::region(region).is_none() {
        return Err(ApiError::invalid("region", region, "Unknown region."));
    }
    match given("direction")? {
        "INCOMING" => {}
        "OUTGOING" => return Err(ApiError::not_modelled("direction OUTGOING")),
        other => return Err(ApiError::invalid("direction", other, "Must be one of [INCOMING, OUTGOING].")),
    }
    let present = network.peerings.iter().find(|present| is_called(present, peering)).ok_or_else(|| {
        ApiError::invalid("peeringName", peering, "There is no peering of this name in the network.")
    })?;
    let items = if is_active(present) { incoming(state, call.project, network, present) } else { Vec::new() };
    let parameters = ["peeringName", "region", "direction"];
    let path = format!("{path}/listPeeringRoutes");
    list::nameless(&call.query, &parameters, "compute#exchangedPeeringRoutesList", &path, items)
        .map(Answer::Read)
}

fn incoming(state: &State, project: &str, network: &Network, peering: &Value) -> Vec<Value> {
    let name = peering.get("name").and_then(Value::as_str).unwrap_or_default();
    let url = peering.get("network").and_then(Value::as_str).unwrap_or_default();
    let peer = reference::parse(url, project, "networks");
    let subnets = peer.as_ref().into_iter().flat_map(|(project, _, peer)| {
        let project = state.store.project(project).into_iter();
        project.flat_map(|project| project.subnetworks_of(peer)).flat_map(|subnet| subnet.ranges())
    });
    let subnets = subnets.map(|dest| PeeringRoute {
        peering: name.to_owned(),
        dest,
        of: PeeringRouteType::Subnet,
        imported: true,
        priority: 0,
        next_hop_region: None,
    });
    let foreign = network.peering_routes.iter().filter(|route| route.peering == name).cloned();
    subnets.chain(foreign).map(|route| route.to_json()).collect()
}

/// The routes of peerings in a project, as an initial state gave them.
pub(super) fn as_given(state: &State, project: &str) -> Vec<Value> {
    let networks = state.store.project(project).into_iter().flat_map(|project| project.networks.values());
    networks.flat_map(Network::peering_routes_as_given).collect()
}
