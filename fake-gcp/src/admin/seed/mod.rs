//! The initial state of a world, called its seed: resources that are there without an operation.
//!
//! What is added before the first operation has been programmed for long; what is added later is programmed with the usual
//! lags. The document may describe states that Google would refuse to lead to (a range over routes without the overlap
//! flag): only references and forms are checked, save for routers, firewall rules, target pools and forwarding rules, which
//! are as the API takes them.

mod apply;
mod machine;
mod neighbours;
mod perimeter;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;
use serde_json::Value;

use crate::auth::keys::{BadKey, KeySeed};
use crate::resources::subnetworks::{Ipv6Access, SecondaryRange, StackType};

pub use machine::InstanceChange;
pub use neighbours::{PeeringRouteSeed, PolicyBasedRouteSeed, ReservedRangeSeed};
pub use perimeter::{
    AddressSeed, FirewallSeed, ForwardingRuleSeed, LearnedRouteSeed, RouterSeed, ServiceAccountSeed,
    TargetPoolSeed,
};

/// The document of an initial state, YAML or JSON. Unknown fields are refused.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Seed {
    /// Ids of projects. Projects named by any other entry are made as well.
    pub projects: Vec<String>,
    /// Networks, each with its route to the internet unless said otherwise.
    pub networks: Vec<NetworkSeed>,
    /// Routes that come over peerings from networks that are not in this world.
    pub peering_routes: Vec<PeeringRouteSeed>,
    /// Subnetworks.
    pub subnetworks: Vec<SubnetworkSeed>,
    /// Policy-based routes.
    pub policy_based_routes: Vec<PolicyBasedRouteSeed>,
    /// Reserved ranges that no subnet may use.
    pub reserved_ranges: Vec<ReservedRangeSeed>,
    /// Instances.
    pub instances: Vec<InstanceSeed>,
    /// Static routes.
    pub routes: Vec<RouteSeed>,
    /// Addresses.
    pub addresses: Vec<AddressSeed>,
    /// Routers with their NATs.
    pub routers: Vec<RouterSeed>,
    /// Routes that the routers learned.
    pub learned_routes: Vec<LearnedRouteSeed>,
    /// Firewall rules.
    pub firewalls: Vec<FirewallSeed>,
    /// Target pools.
    pub target_pools: Vec<TargetPoolSeed>,
    /// Forwarding rules.
    pub forwarding_rules: Vec<ForwardingRuleSeed>,
    /// Service accounts.
    pub service_accounts: Vec<ServiceAccountSeed>,
    /// Service-account keys.
    pub keys: Vec<KeySeed>,
    /// Ranges to be watched.
    pub watches: Vec<WatchSeed>,
}

/// Reason why an initial state does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// A reference leads nowhere.
    #[error("{at}: {what} does not exist; seed it first or in the same document")]
    Missing {
        /// Path of the entry in the document.
        at: String,
        /// Path of the resource that is referred to.
        what: String,
    },
    /// A value has the wrong form.
    #[error("{at}: '{value}' {why}")]
    Malformed {
        /// Path of the entry in the document.
        at: String,
        /// Value as it was given.
        value: String,
        /// Form that it must have.
        why: &'static str,
    },
    /// The API would refuse the resource.
    #[error("{at}: {why}")]
    Refused {
        /// Path of the entry in the document.
        at: String,
        /// Message of the API.
        why: String,
    },
    /// A key cannot be read.
    #[error("keys: {0}")]
    Key(#[from] BadKey),
}

/// A network of the initial state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name, of the form that Compute asks for (RFC 1035).
    pub name: String,
    /// Whether it is an auto-mode network.
    #[serde(default)]
    pub auto_create_subnetworks: bool,
    /// Range of a legacy network; given, it makes the network one.
    #[serde(default, rename = "IPv4Range")]
    pub ipv4_range: Option<Ipv4Net>,
    /// Whether subnets may have internal IPv6 ranges.
    #[serde(default)]
    pub enable_ula_internal_ipv6: bool,
    /// Peerings as the API prints them.
    #[serde(default)]
    pub peerings: Vec<Value>,
    /// Whether the network has a route to the internet; yes unless given.
    #[serde(default = "yes")]
    pub default_route: bool,
}

fn yes() -> bool {
    true
}

/// A subnetwork of the initial state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubnetworkSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, of the form that Compute asks for (RFC 1035).
    pub name: String,
    /// Name of its network.
    pub network: String,
    /// Primary range, as a CIDR.
    pub ip_cidr_range: Ipv4Net,
    /// Secondary ranges.
    #[serde(default)]
    pub secondary_ip_ranges: Vec<SecondaryRange>,
    /// Whether routes may lie inside the subnet's ranges; not printed unless given.
    #[serde(default)]
    pub allow_subnet_cidr_routes_overlap: Option<bool>,
    /// IP families; IPv4 unless given.
    #[serde(default)]
    pub stack_type: Option<StackType>,
    /// Place from where the IPv6 addresses are reached.
    #[serde(default)]
    pub ipv6_access_type: Option<Ipv6Access>,
    /// External prefix, a /64; made up for a dual-stack subnet with external access that names none.
    #[serde(default)]
    pub external_ipv6_prefix: Option<Ipv6Net>,
}

/// An alias range of an instance of the initial state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AliasSeed {
    /// Addresses of the alias, as a CIDR.
    pub ip_cidr_range: Ipv4Net,
    /// Name of the secondary range; `None`: the primary range.
    #[serde(default)]
    pub subnetwork_range_name: Option<String>,
}

/// An instance of the initial state, with one interface.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the zone, such as `europe-west1-b`.
    pub zone: String,
    /// Name, of the form that Compute asks for (RFC 1035).
    pub name: String,
    /// Name of the subnetwork of `nic0`, in the zone's region.
    pub subnetwork: String,
    /// Address of `nic0`; the lowest free one unless given.
    #[serde(default, rename = "networkIP")]
    pub network_ip: Option<Ipv4Addr>,
    /// Alias ranges of `nic0`.
    #[serde(default)]
    pub alias_ip_ranges: Vec<AliasSeed>,
    /// Labels by key.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Network tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Whether static routes can lead to the instance; yes unless given.
    #[serde(default = "yes")]
    pub can_ip_forward: bool,
    /// Status of the API; `RUNNING` unless given.
    #[serde(default)]
    pub status: Option<String>,
    /// Whether the guest turns aliases into local routes.
    #[serde(default)]
    pub guest_ip_aliases: bool,
}

/// A static route of the initial state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RouteSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name, of the form that Compute asks for (RFC 1035).
    pub name: String,
    /// Name of its network.
    pub network: String,
    /// Destination, as a CIDR.
    pub dest_range: IpNet,
    /// Instance as `zones/Z/instances/I`, or a longer form. It need not exist.
    #[serde(default)]
    pub next_hop_instance: Option<String>,
    /// Address of the next hop. Without any next hop: the default internet gateway.
    #[serde(default)]
    pub next_hop_ip: Option<String>,
    /// Priority; 1000 unless given.
    #[serde(default)]
    pub priority: Option<u32>,
    /// Network tags of the senders that the route is for; empty: for all.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Description, as it was sent.
    #[serde(default)]
    pub description: Option<String>,
}

/// A range to be watched.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatchSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Zone of the instance.
    pub zone: String,
    /// Name of the instance, which need not exist yet.
    pub instance: String,
    /// Range at which the instance is to be reached.
    pub range: Ipv4Net,
}
