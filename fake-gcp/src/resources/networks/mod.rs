//! Networks: fields, and what their operations do.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod patch;
pub(crate) mod peer;
pub(crate) mod peerings;
pub(crate) mod read;

use serde_json::{Map, Value, json};

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::dataplane::NetworkRef;
use crate::engine::store::Project;
use crate::engine::{Context, World};
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
    /// Peerings as they are printed.
    pub peerings: Vec<Value>,
    /// Routes that come over the peerings, beside those of the subnets of peers that are in this world.
    pub peering_routes: Vec<peerings::PeeringRoute>,
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
        let active = self.peerings.iter().filter(|peering| peerings::is_active(peering));
        let networks = active.filter_map(|peering| peering.get("network").and_then(Value::as_str));
        let parsed = networks.filter_map(|network| reference::parse(network, project, "networks"));
        parsed.map(|(project, _, name)| (project, name)).collect()
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, project_id: &str, project: &Project) -> Value {
        let path = self.path(project_id);
        let subnets =
            project.subnetworks_of(&self.name).map(|s| self_link(&s.path(project_id)).into()).collect();
        Object::kind("compute#network")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with_some("description", self.description.clone())
            .with_some(
                "autoCreateSubnetworks",
                (self.mode != Mode::Legacy).then_some(self.mode == Mode::Auto),
            )
            .with_some("IPv4Range", self.ipv4_range.clone())
            .with(
                "routingConfig",
                json!({"routingMode": self.routing_mode, "bgpBestPathSelectionMode": "LEGACY"}),
            )
            .with("networkFirewallPolicyEnforcementOrder", "AFTER_CLASSIC_FIREWALL")
            .with_some("mtu", self.mtu)
            .with_some("enableUlaInternalIpv6", self.ula_internal_ipv6.then_some(true))
            .with_list("subnetworks", subnets)
            .with_list("peerings", self.peerings.clone())
            .with("selfLink", self_link(&path))
            .with(
                "selfLinkWithId",
                self_link(&reference::global(project_id, "networks", &self.id.to_string())),
            )
            .build()
    }
}

/// Identity of a network in the data plane.
pub(crate) fn fact(project: &str, network: &str) -> NetworkRef {
    NetworkRef { project: project.to_owned(), name: network.to_owned() }
}

/// The effect of an operation on a network.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Makes the network, and the route to the internet.
    Insert(Box<Network>),
    /// Changes the routing mode of the network.
    Patch {
        /// Name of the network.
        name: String,
        /// Value of `routingConfig.routingMode`.
        routing_mode: String,
    },
    /// Adds a peering to the network.
    AddPeering {
        /// Name of the network.
        name: String,
        /// Peering without its state, as it is printed.
        peering: Map<String, Value>,
        /// Project and name of the other network.
        peer: (String, String),
    },
    /// Removes a peering from the network.
    RemovePeering {
        /// Name of the network.
        name: String,
        /// Name of the peering.
        peering: String,
    },
    /// Deletes the network of this name.
    Delete(String),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(network) => insert::apply(world, context, *network),
            Self::Patch { name, routing_mode } => patch::apply(world, context, &name, routing_mode),
            Self::AddPeering { name, peering, peer } => peer::add(world, context, &name, peering, &peer),
            Self::RemovePeering { name, peering } => {
                peer::remove(world, context, &name, &peering);
                Ok(())
            }
            Self::Delete(name) => delete::apply(world, context, &name),
        }
    }
}
