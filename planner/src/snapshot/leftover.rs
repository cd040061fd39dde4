//! Leftovers of load balancers in a VPC, some of which keep it from being deleted.

use std::fmt;

use crate::vocabulary::{Region, ResourceName};

/// Something of a load balancer, made by the cluster and not taken away with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leftover {
    /// The kind of the thing.
    pub kind: LeftoverKind,
    /// The region; `global` if it lies in none.
    pub region: Region,
    /// A name, unique in kind and region.
    pub name: ResourceName,
    /// The subnet that it takes an address from; none: it uses the VPC, or only VMs of the shoot.
    pub subnet: Option<ResourceName>,
    /// Whether Google refuses to delete the VPC, or that subnet, while it is there.
    pub blocks: bool,
}

/// A kind of leftover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftoverKind {
    /// The front of a load balancer.
    ForwardingRule,
    /// A reserved address.
    Address,
    /// The VMs behind an external load balancer.
    TargetPool,
}

/// `forwarding rule europe-west1/a0b1`.
impl fmt::Display for Leftover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}/{}", self.kind, self.region, self.name)
    }
}

/// `forwarding rule`.
impl fmt::Display for LeftoverKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ForwardingRule => "forwarding rule",
            Self::Address => "address",
            Self::TargetPool => "target pool",
        })
    }
}
