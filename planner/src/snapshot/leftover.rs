//! Leftovers of load balancers in a VPC, some of which keep it from being deleted.

use std::fmt;

use crate::vocabulary::{Region, ResourceName};

/// A resource of a load balancer, which the cluster made and did not delete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leftover {
    /// The kind of resource.
    pub kind: LeftoverKind,
    /// The region; `global` if the resource lies in none.
    pub region: Region,
    /// The name, unique in kind and region.
    pub name: ResourceName,
    /// The subnet that the resource takes an address from; `None`: it uses the VPC, or only VMs of the shoot.
    pub subnet: Option<ResourceName>,
    /// Whether Google refuses to delete the VPC, or that subnet, while the resource is there.
    pub blocks: bool,
}

/// A kind of leftover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftoverKind {
    /// A forwarding rule, the front of a load balancer.
    ForwardingRule,
    /// A reserved address.
    Address,
    /// A target pool, the VMs behind an external load balancer.
    TargetPool,
}

/// The form `forwarding rule europe-west1/a0b1`.
impl fmt::Display for Leftover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}/{}", self.kind, self.region, self.name)
    }
}

/// The form `forwarding rule`.
impl fmt::Display for LeftoverKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ForwardingRule => "forwarding rule",
            Self::Address => "address",
            Self::TargetPool => "target pool",
        })
    }
}
