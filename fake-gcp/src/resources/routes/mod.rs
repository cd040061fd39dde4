//! Static routes: fields, and what their operations do. Routes are never patched.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod internet;
pub(crate) mod read;
pub(crate) mod subnet;
pub(crate) mod warnings;

use ipnet::IpNet;
use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::dataplane::{NextHop as NextHopFact, RouteFact, VmRef, What};
use crate::engine::{Context, World};
use crate::resources::networks;
use crate::time::Instant;

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextHop {
    /// An instance.
    Instance {
        /// Its project.
        project: String,
        /// Its zone.
        zone: String,
        /// Its name.
        name: String,
    },
    /// An address.
    Ip(String),
    /// The default internet gateway.
    Gateway,
}

/// A static route.
#[derive(Debug, Clone)]
pub struct Route {
    /// Numeric id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Name of its network.
    pub network: String,
    /// Destination.
    pub dest_range: IpNet,
    /// Priority; the lowest number wins.
    pub priority: u32,
    /// Network tags of the senders that it is for; empty: for all.
    pub tags: Vec<String>,
    /// Where it leads.
    pub next_hop: NextHop,
    /// When it was made.
    pub created: Instant,
}

impl Route {
    /// Whether Google makes such a route by itself.
    pub fn is_default_internet(&self) -> bool {
        self.next_hop == NextHop::Gateway && self.dest_range.prefix_len() == 0
    }

    /// The resource as Google prints it, with what is wrong with its next hop.
    pub fn to_json(&self, project: &str, warnings: Vec<Value>) -> Value {
        let path = reference::global(project, "routes", &self.name);
        let object = Object::kind("compute#route")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with_some("description", self.description.clone())
            .with("network", self_link(&reference::global(project, "networks", &self.network)))
            .with("destRange", self.dest_range.to_string())
            .with("priority", self.priority)
            .with_list("tags", self.tags.iter().map(|tag| json!(tag)).collect())
            .with_list("warnings", warnings)
            .with("selfLink", self_link(&path));
        match &self.next_hop {
            NextHop::Instance { project, zone, name } => {
                object.with("nextHopInstance", self_link(&reference::zonal(project, zone, "instances", name)))
            }
            NextHop::Ip(ip) => object.with("nextHopIp", ip.clone()),
            NextHop::Gateway => object.with(
                "nextHopGateway",
                self_link(&format!("projects/{project}/global/gateways/default-internet-gateway")),
            ),
        }
        .build()
    }

    /// As the data plane sees it; it knows IPv4 only.
    fn fact(&self, project: &str) -> Option<What> {
        let IpNet::V4(dest) = self.dest_range else { return None };
        let next_hop = match &self.next_hop {
            NextHop::Instance { project, zone, name } => {
                NextHopFact::Vm(VmRef { project: project.clone(), zone: zone.clone(), name: name.clone() })
            }
            NextHop::Ip(_) | NextHop::Gateway => NextHopFact::Other,
        };
        Some(What::RouteAdded(RouteFact {
            network: networks::fact(project, &self.network),
            name: self.name.clone(),
            dest,
            next_hop,
            tags: !self.tags.is_empty(),
            priority: self.priority,
        }))
    }
}

/// What operations on routes do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Make it.
    Insert(Box<Route>),
    /// Delete the route of this name.
    Delete(String),
}

impl Effect {
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Insert(route) => insert::apply(world, context, *route),
            Self::Delete(name) => delete::apply(world, context, &name),
        }
    }
}
