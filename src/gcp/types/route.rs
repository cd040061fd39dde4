//! `compute#route`.

use serde::Deserialize;

use super::{ResourceId, ResourceUrl};

/// A route of a network: static, or the one that a subnetwork's range makes. Exactly one next hop is present.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Route {
    /// Its name, unique in the project.
    pub name: String,
    /// Its number.
    pub id: ResourceId,
    /// The network that it is part of.
    pub network: ResourceUrl,
    /// Where it leads from: the destination range, IPv4 or IPv6.
    pub dest_range: String,
    /// Who made it says so here.
    pub description: Option<String>,
    /// Only VMs with one of these network tags see it; none: all see it.
    pub tags: Vec<String>,
    /// The lower, the stronger: 0 to 65,535, by default 1,000.
    pub priority: Option<u32>,
    /// `STATIC`, `SUBNET`, `BGP` or `TRANSIT`.
    pub route_type: Option<String>,
    /// Next hop: a VM.
    pub next_hop_instance: Option<ResourceUrl>,
    /// Next hop: the default internet gateway.
    pub next_hop_gateway: Option<ResourceUrl>,
    /// Next hop: this network, as in the routes that subnetworks make.
    pub next_hop_network: Option<ResourceUrl>,
    /// Next hop: the VM that has this address.
    pub next_hop_ip: Option<String>,
    /// Next hop: an internal passthrough load balancer, by URL or address.
    pub next_hop_ilb: Option<String>,
    /// Next hop: a VPN tunnel.
    pub next_hop_vpn_tunnel: Option<ResourceUrl>,
    /// Next hop: a peered network, by the peering's name.
    pub next_hop_peering: Option<String>,
    /// Next hop: a Network Connectivity Center hub.
    pub next_hop_hub: Option<String>,
}
