//! Leftovers of load balancers in a VPC, some of which keep it from being deleted.

use std::fmt;

use crate::text::Excerpt;
use crate::vocabulary::{Region, ResourceName};

/// A resource of a load balancer, which the cluster made and did not delete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leftover {
    /// The kind of resource.
    pub kind: LeftoverKind,
    /// The region, or the zone of what lies in one; `global` if the resource lies in none.
    pub region: Region,
    /// The name, unique in kind and region.
    pub name: ResourceName,
    /// The subnet that the resource takes an address from; `None`: it uses the VPC, or only VMs of the shoot.
    pub subnet: Option<ResourceName>,
    /// Whether Google refuses to delete the VPC, or that subnet, while the resource is there.
    pub blocks: bool,
    /// The Service that it was made for, in the form `namespace/name`, where its description says so.
    pub service: Option<String>,
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
    /// A backend service of the region, what is behind an internal load balancer.
    BackendService,
    /// A group of instances of one zone, the VMs behind a backend service.
    InstanceGroup,
    /// A health check of a backend service.
    HealthCheck,
    /// A legacy health check of a target pool.
    HttpHealthCheck,
}

impl LeftoverKind {
    /// Whether Google charges for it, used or not.
    pub fn costs(self) -> bool {
        match self {
            Self::ForwardingRule | Self::Address => true,
            Self::TargetPool
            | Self::BackendService
            | Self::InstanceGroup
            | Self::HealthCheck
            | Self::HttpHealthCheck => false,
        }
    }
}

/// The form `forwarding rule europe-west1/a0b1 of Service default/web`, the Service where it is known.
impl fmt::Display for Leftover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}/{}", self.kind, self.region, self.name)?;
        match &self.service {
            Some(service) => write!(formatter, " of Service {}", Excerpt(service)),
            None => Ok(()),
        }
    }
}

/// The form `forwarding rule`.
impl fmt::Display for LeftoverKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ForwardingRule => "forwarding rule",
            Self::Address => "address",
            Self::TargetPool => "target pool",
            Self::BackendService => "backend service",
            Self::InstanceGroup => "instance group",
            Self::HealthCheck => "health check",
            Self::HttpHealthCheck => "legacy health check",
        })
    }
}
