//! Cloud routers with their NATs and the routes that they learned: fields, and how they are printed.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::placed::{Key, Resource};
use crate::model::scope::Scoped;
use crate::model::subnetworks::SubnetKey;
use crate::time::Instant;

/// A router.
#[derive(Debug, Clone)]
pub struct Router {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, unique in its region.
    pub name: String,
    /// Description, as it was sent.
    pub description: Option<String>,
    /// Name of its network.
    pub network: String,
    /// Value of `bgp`, as it was sent.
    pub bgp: Option<Map<String, Value>>,
    /// NATs in the order they were given.
    pub nats: Vec<Nat>,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Resource for Router {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn keys(&self) -> Vec<Key> {
        let subnets = self.named_subnets().map(|named| Key::Subnet(named.subnet.clone()));
        let addresses = self.nats.iter().flat_map(|nat| &nat.addresses).map(|path| Key::Uses(path.clone()));
        subnets.chain(addresses).chain([Key::Network(self.network.clone())]).collect()
    }
}

impl Router {
    /// Path of the router: `projects/P/regions/R/routers/X`.
    pub fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "routers", &self.name)
    }

    /// Whether one of its NATs names a secondary range.
    pub fn names_range(&self, subnet: &SubnetKey, range_name: &str) -> bool {
        self.named_subnets()
            .any(|named| named.subnet == *subnet && named.range_names.iter().any(|name| name == range_name))
    }

    fn named_subnets(&self) -> impl Iterator<Item = &NamedSubnet> {
        self.nats.iter().flat_map(|nat| &nat.subnetworks)
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, project: &str) -> Value {
        Object::kind("compute#router")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with_some("description", self.description.clone())
            .with("network", self_link(&reference::global(project, "networks", &self.network)))
            .with("region", self_link(&format!("projects/{project}/regions/{}", self.region)))
            .with("encryptedInterconnectRouter", false)
            .with_some("bgp", self.bgp.clone())
            .with_list("nats", self.nats.iter().map(|nat| nat.printed.clone().into()).collect())
            .with("selfLink", self_link(&self.path(project)))
            .build()
    }
}

/// A NAT of a router.
#[derive(Debug, Clone)]
pub struct Nat {
    /// Name, unique within the router.
    pub name: String,
    /// Paths of the addresses that it uses.
    pub addresses: Vec<String>,
    /// Subnets whose packets it translates.
    pub source: Source,
    /// The subnets that it names.
    pub subnetworks: Vec<NamedSubnet>,
    /// The entry of `nats` as Google prints it.
    pub printed: Map<String, Value>,
}

/// The value of `sourceSubnetworkIpRangesToNat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// All subnets in the region, with all their ranges or with the primary ones.
    AllSubnetworks,
    /// The subnets that are named.
    ListOfSubnetworks,
}

/// A subnet that a NAT names.
#[derive(Debug, Clone)]
pub struct NamedSubnet {
    /// Identity of the subnet.
    pub subnet: SubnetKey,
    /// Names of its secondary ranges that the NAT names.
    pub range_names: Vec<String>,
}

/// A route that a router learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedRoute {
    /// Region and name of the router.
    pub router: Scoped,
    /// Destination, as a CIDR.
    pub dest: Ipv4Net,
    /// Address of the neighbour.
    pub next_hop: Ipv4Addr,
    /// Priority; the lowest number wins.
    pub priority: u32,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl LearnedRoute {
    pub(crate) fn to_json(&self, network: &str) -> Value {
        Object::kind("compute#route")
            .with("creationTimestamp", self.created.to_string())
            .with("network", network)
            .with("destRange", self.dest.to_string())
            .with("priority", self.priority)
            .with("nextHopIp", self.next_hop.to_string())
            .with("routeType", "BGP")
            .with("routeStatus", "ACTIVE")
            .build()
    }

    /// The route as an initial state gave it.
    pub(crate) fn as_given(&self) -> Value {
        let (region, router) = &self.router;
        json!({
            "region": region, "router": router, "destRange": self.dest, "nextHopIp": self.next_hop,
            "priority": self.priority,
        })
    }
}
