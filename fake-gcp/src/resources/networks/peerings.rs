//! Routes that come over peerings, and the method `networks.listPeeringRoutes`. The data plane does not look at them.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Network;
use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::list;
use crate::api::reference;
use crate::engine::call::{Answer, Call};
use crate::engine::{World, geography};

/// The type of a route that comes over a peering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeeringRouteType {
    /// Range of a subnet of the peer.
    #[serde(rename = "SUBNET_PEERING_ROUTE")]
    Subnet,
    /// Static route of the peer.
    #[serde(rename = "STATIC_PEERING_ROUTE")]
    Static,
    /// Route that the peer learned.
    #[serde(rename = "DYNAMIC_PEERING_ROUTE")]
    Dynamic,
}

/// A route that comes over a peering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeeringRoute {
    /// Name of the peering.
    pub peering: String,
    /// Destination, as a CIDR.
    pub dest: Ipv4Net,
    /// Type of the route.
    pub of: PeeringRouteType,
    /// Whether the network takes it.
    pub imported: bool,
    /// Priority; the lowest number wins.
    pub priority: u32,
    /// Region of the next hop, of a learned route.
    pub next_hop_region: Option<String>,
}

impl PeeringRoute {
    fn to_json(&self) -> Value {
        Object::from_map(serde_json::Map::new())
            .with("destRange", self.dest.to_string())
            .with("type", json!(self.of))
            .with("priority", self.priority)
            .with("imported", self.imported)
            .with_some("nextHopRegion", self.next_hop_region.clone())
            .build()
    }
}

/// Whether a peering, as it is printed, carries routes.
pub(crate) fn is_active(peering: &Value) -> bool {
    peering.get("state").is_none_or(|state| state == "ACTIVE")
}

/// Whether a peering, as it is printed, has this name.
pub(crate) fn is_called(peering: &Value, name: &str) -> bool {
    peering.get("name").and_then(Value::as_str) == Some(name)
}

impl Network {
    /// The routes of one type that come over active peerings from networks that are not in this world.
    pub fn foreign_routes(&self, of: PeeringRouteType) -> impl Iterator<Item = &PeeringRoute> {
        let active = |name: &str| self.peerings.iter().any(|p| is_called(p, name) && is_active(p));
        self.peering_routes.iter().filter(move |route| route.of == of && active(&route.peering))
    }

    /// The routes of peerings as an initial state gives them.
    pub(crate) fn peering_routes_as_given(&self) -> Vec<Value> {
        let given = |route: &PeeringRoute| json!({ "network": self.name, "peering": route.peering, "route": route.to_json() });
        self.peering_routes.iter().map(given).collect()
    }
}

/// Answers `networks.listPeeringRoutes`: the routes that come over one peering.
pub(crate) fn list_routes(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let name = call.param("network");
    let path = reference::global(call.project, "networks", name);
    let network = world.network(call.project, name).ok_or_else(|| ApiError::not_found(&path))?;
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
    let items = if is_active(present) { incoming(world, call.project, network, present) } else { Vec::new() };
    let parameters = ["peeringName", "region", "direction"];
    let path = format!("{path}/listPeeringRoutes");
    list::nameless(&call.query, &parameters, "compute#exchangedPeeringRoutesList", &path, items)
        .map(Answer::Read)
}

fn incoming(world: &World, project: &str, network: &Network, peering: &Value) -> Vec<Value> {
    let name = peering.get("name").and_then(Value::as_str).unwrap_or_default();
    let url = peering.get("network").and_then(Value::as_str).unwrap_or_default();
    let peer = reference::parse(url, project, "networks");
    let subnets = peer.as_ref().into_iter().flat_map(|(project, _, peer)| {
        let project = world.store.project(project).into_iter();
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
