//! Routes of a VPC.

use ipnet::IpNet;

use crate::vocabulary::{ResourceName, VmRef};

/// A route of the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// A name, unique in the project.
    pub name: ResourceName,
    /// The range that it leads to.
    pub destination: IpNet,
    /// Where it leads.
    pub next_hop: NextHop,
    /// The text of its maker; the cloud-controller-manager always writes the same.
    pub description: String,
    /// The network tags of the VMs that it is limited to; none: it is there for all.
    pub tags: Vec<String>,
    /// The priority among routes to the same range; the least number wins.
    pub priority: u32,
}

/// Where a route leads.
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
    /// Anything else, as spelt.
    Other(String),
}
