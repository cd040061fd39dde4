//! Static routes: fields, and how they are printed.

mod table;

use ipnet::IpNet;
use serde_json::{Value, json};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::dataplane::{NextHop as NextHopFact, RouteFact, VmRef, What};
use crate::model::networks;
use crate::time::Instant;

pub use table::Routes;

/// The next hop of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextHop {
    /// An instance, which need not exist.
    Instance {
        /// Id of its project.
        project: String,
        /// Name of its zone.
        zone: String,
        /// Name of the instance.
        name: String,
    },
    /// An address in the network.
    Ip(String),
    /// The default internet gateway.
    Gateway,
}

/// A static route.
#[derive(Debug, Clone)]
pub struct Route {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name, unique in the project.
    pub name: String,
    /// Description, as it was sent.
    pub description: Option<String>,
    /// Name of its network.
    pub network: String,
    /// Destination, as a CIDR.
    pub dest_range: IpNet,
    /// Priority; the lowest number wins.
    pub priority: u32,
    /// Network tags of the senders that it is for; empty: for all.
    pub tags: Vec<String>,
    /// Next hop, where the route leads.
    pub next_hop: NextHop,
    /// Instant that is printed as `creationTimestamp`.
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

    /// The route as the data plane sees it; it knows IPv4 only.
    pub(crate) fn fact(&self, project: &str) -> Option<What> {
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
