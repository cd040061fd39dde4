//! Networks: fields, and what follows from them.

use ipnet::Ipv6Net;
use serde_json::{Value, json};

use crate::api::reference;
use crate::dataplane::NetworkRef;
use crate::model::peerings::{PeeringRoute, PeeringRouteType, is_active, is_called};
use crate::time::Instant;

/// The origin of a network's subnets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The owner makes the subnets.
    Custom,
    /// Google makes one subnet per region.
    Auto,
    /// The network has no subnets, but one range of its own (`IPv4Range`).
    Legacy,
}

/// A VPC network.
#[derive(Debug, Clone)]
pub struct Network {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name, unique in the project.
    pub name: String,
    /// Description, as it was sent.
    pub description: Option<String>,
    /// Origin of the subnets.
    pub mode: Mode,
    /// Range of a legacy network, as a CIDR.
    pub ipv4_range: Option<String>,
    /// Value of `routingConfig.routingMode`.
    pub routing_mode: String,
    /// Largest packet in bytes, if it was set.
    pub mtu: Option<i64>,
    /// Whether subnets may have internal IPv6 ranges.
    pub ula_internal_ipv6: bool,
    /// Range of unique local addresses of the network, a `/48`.
    pub internal_ipv6_range: Option<Ipv6Net>,
    /// Peerings as they are printed.
    pub peerings: Vec<Value>,
    /// Routes that come over the peerings, beside those of the subnets of peers that are in this world.
    pub peering_routes: Vec<PeeringRoute>,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Network {
    /// Path of the network: `projects/P/global/networks/N`.
    pub fn path(&self, project: &str) -> String {
        reference::global(project, "networks", &self.name)
    }

    /// The networks that it has an active peering with, as `(project, network)`.
    pub fn peers(&self, project: &str) -> Vec<(String, String)> {
        let active = self.peerings.iter().filter(|peering| is_active(peering));
        let networks = active.filter_map(|peering| peering.get("network").and_then(Value::as_str));
        let parsed = networks.filter_map(|network| reference::parse(network, project, "networks"));
        parsed.map(|(project, _, name)| (project, name)).collect()
    }
}

/// Identity of a network in the data plane.
pub(crate) fn fact(project: &str, network: &str) -> NetworkRef {
    NetworkRef { project: project.to_owned(), name: network.to_owned() }
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
