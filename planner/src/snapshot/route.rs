//! Routes of a VPC.

use ipnet::IpNet;

use crate::vocabulary::{ResourceName, VmRef};

/// A route of the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// The name, unique in the project.
    pub name: ResourceName,
    /// The range that the route leads to.
    pub destination: IpNet,
    /// The next hop of the traffic to that range.
    pub next_hop: NextHop,
    /// The text of its maker; the cloud-controller-manager always writes the same.
    pub description: String,
    /// The network tags of the VMs whose traffic takes the route; empty: it is there for all VMs.
    pub tags: Vec<String>,
    /// The priority among routes to the same range; the least number wins.
    pub priority: u32,
}

/// The next hop of a route.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NextHop {
    /// A VM in this project.
    Vm(VmRef),
    /// The subnet itself: Google's own route for one of its ranges.
    Subnet,
    /// The default internet gateway.
    Internet,
    /// A hub of Network Connectivity Center, which makes the route.
    Hub,
    /// Another next hop, as Google spells it.
    Other(String),
}
