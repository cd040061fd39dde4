//! Networks: fields, and what their operations do.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod patch;
pub(crate) mod read;

use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::dataplane::NetworkRef;
use crate::engine::store::Project;
use crate::engine::{Context, World};
use crate::time::Instant;

/// How a network's subnets come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The owner makes them.
    Custom,
    /// Google makes one per region.
    Auto,
    /// There are none: the network has one range of its own (`IPv4Range`).
    Legacy,
}

/// A VPC network.
#[derive(Debug, Clone)]
pub struct Network {
    /// Numeric id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Mode.
    pub mode: Mode,
    /// Range of a legacy network.
    pub ipv4_range: Option<String>,
    /// `routingConfig.routingMode`.
    pub routing_mode: String,
    /// MTU, if it was set.
    pub mtu: Option<i64>,
    /// Whether subnets may have internal IPv6 ranges.
    pub ula_internal_ipv6: bool,
    /// Peerings as they are printed.
    pub peerings: Vec<Value>,
    /// When it was made.
    pub created: Instant,
}

impl Network {
    /// `projects/P/global/networks/N`.
    pub fn path(&self, project: &str) -> String {
        reference::global(project, "networks", &self.name)
    }

    /// `(project, network)` of the networks that it has an active peering with.
    pub fn peers(&self, project: &str) -> Vec<(String, String)> {
        let active = self.peerings.iter().filter(|p| p.get("state").is_none_or(|state| state == "ACTIVE"));
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

/// A network as the data plane calls it.
pub(crate) fn fact(project: &str, network: &str) -> NetworkRef {
    NetworkRef { project: project.to_owned(), name: network.to_owned() }
}

/// What operations on networks do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Make it, and the route to the internet.
    Insert(Box<Network>),
    /// Change its routing mode.
    Patch {
        /// Name of the network.
        name: String,
        /// `routingConfig.routingMode`.
        routing_mode: String,
    },
    /// Delete the network of this name.
    Delete(String),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(network) => insert::apply(world, context, *network),
            Self::Patch { name, routing_mode } => patch::apply(world, context, &name, routing_mode),
            Self::Delete(name) => delete::apply(world, context, &name),
        }
    }
}
