//! Routes that come over peerings: they are part of an initial state. The data plane does not look at them.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::json::Object;

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
    pub(crate) fn to_json(&self) -> Value {
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
