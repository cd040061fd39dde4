//! The seed: resources that are there without an operation. What is seeded before the first operation has
//! been programmed for long; later seeds are programmed with the usual lags. A seed may describe states that
//! Google would refuse to lead to (a range over routes without the overlap flag): only references and forms
//! are checked, save for routers, firewall rules, target pools and forwarding rules, which are as the API takes them.

mod apply;
mod perimeter;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;
use serde_json::Value;

use crate::auth::keys::{BadKey, KeySeed};
use crate::resources::subnetworks::{Ipv6Access, SecondaryRange, StackType};

pub use perimeter::{
    AddressSeed, FirewallSeed, ForwardingRuleSeed, RouterSeed, ServiceAccountSeed, TargetPoolSeed,
};

/// A seed document, YAML or JSON. Unknown fields are refused.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Seed {
    /// Project ids. Projects named by any other entry are made as well.
    pub projects: Vec<String>,
    /// Networks, each with its route to the internet unless said otherwise.
    pub networks: Vec<NetworkSeed>,
    /// Subnetworks.
    pub subnetworks: Vec<SubnetworkSeed>,
    /// Allocated ranges.
    pub reserved_ranges: Vec<ReservedRangeSeed>,
    /// Instances.
    pub instances: Vec<InstanceSeed>,
    /// Static routes.
    pub routes: Vec<RouteSeed>,
    /// Addresses.
    pub addresses: Vec<AddressSeed>,
    /// Routers with their NATs.
    pub routers: Vec<RouterSeed>,
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
    /// Ranges to watch.
    pub watches: Vec<WatchSeed>,
}

/// Why a seed does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// A reference leads nowhere.
    #[error("{at}: {what} does not exist; seed it first or in the same document")]
    Missing {
        /// Place in the seed.
        at: String,
        /// What is referred to.
        what: String,
    },
    /// A value has the wrong form.
    #[error("{at}: '{value}' {why}")]
    Malformed {
        /// Place in the seed.
        at: String,
        /// The value.
        value: String,
        /// What it must be.
        why: &'static str,
    },
    /// The API would refuse it.
    #[error("{at}: {why}")]
    Refused {
        /// Place in the seed.
        at: String,
        /// The message of the API.
        why: String,
    },
    /// A key cannot be read.
    #[error("keys: {0}")]
    Key(#[from] BadKey),
}

/// A network.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkSeed {
    /// Project id.
    pub project: String,
    /// Name.
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
    /// Whether it has a route to the internet; yes unless said otherwise.
    #[serde(default = "yes")]
    pub default_route: bool,
}

fn yes() -> bool {
    true
}

/// A subnetwork.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubnetworkSeed {
    /// Project id.
    pub project: String,
    /// Region.
    pub region: String,
    /// Name.
    pub name: String,
    /// Name of its network.
    pub network: String,
    /// Primary range.
    pub ip_cidr_range: Ipv4Net,
    /// Secondary ranges.
    #[serde(default)]
    pub secondary_ip_ranges: Vec<SecondaryRange>,
    /// Overlap flag.
    #[serde(default)]
    pub allow_subnet_cidr_routes_overlap: Option<bool>,
    /// Families; IPv4 unless said otherwise.
    #[serde(default)]
    pub stack_type: Option<StackType>,
    /// From where its IPv6 addresses are reached.
    #[serde(default)]
    pub ipv6_access_type: Option<Ipv6Access>,
    /// External prefix; made up for a dual-stack subnet with external access that names none.
    #[serde(default)]
    pub external_ipv6_prefix: Option<Ipv6Net>,
}

/// An allocated range.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReservedRangeSeed {
    /// Project id.
    pub project: String,
    /// Name of the network.
    pub network: String,
    /// Name.
    pub name: String,
    /// The range.
    pub cidr: Ipv4Net,
}

/// An alias range.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AliasSeed {
    /// The addresses.
    pub ip_cidr_range: Ipv4Net,
    /// Secondary range; none: the primary range.
    #[serde(default)]
    pub subnetwork_range_name: Option<String>,
}

/// An instance with one interface.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceSeed {
    /// Project id.
    pub project: String,
    /// Zone.
    pub zone: String,
    /// Name.
    pub name: String,
    /// Name of the subnetwork of `nic0`, in the zone's region.
    pub subnetwork: String,
    /// Address; the lowest free one unless given.
    #[serde(default, rename = "networkIP")]
    pub network_ip: Option<Ipv4Addr>,
    /// Alias ranges.
    #[serde(default)]
    pub alias_ip_ranges: Vec<AliasSeed>,
    /// Labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Network tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Whether static routes can lead to it; yes unless said otherwise.
    #[serde(default = "yes")]
    pub can_ip_forward: bool,
    /// Status; `RUNNING` unless given.
    #[serde(default)]
    pub status: Option<String>,
    /// Whether the guest turns aliases into local routes.
    #[serde(default)]
    pub guest_ip_aliases: bool,
}

/// A static route.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RouteSeed {
    /// Project id.
    pub project: String,
    /// Name.
    pub name: String,
    /// Name of its network.
    pub network: String,
    /// Destination.
    pub dest_range: IpNet,
    /// `zones/Z/instances/I`, or a longer form. The instance need not exist.
    #[serde(default)]
    pub next_hop_instance: Option<String>,
    /// An address. Without any next hop: the default internet gateway.
    #[serde(default)]
    pub next_hop_ip: Option<String>,
    /// Priority; 1000 unless given.
    #[serde(default)]
    pub priority: Option<u32>,
    /// Network tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
}

/// A range to watch.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatchSeed {
    /// Project id.
    pub project: String,
    /// Zone of the instance.
    pub zone: String,
    /// Name of the instance, which need not exist yet.
    pub instance: String,
    /// The range that it is to be reached at.
    pub range: Ipv4Net,
}
