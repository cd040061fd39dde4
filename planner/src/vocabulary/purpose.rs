//! The purposes of a shoot's subnets, and the names that follow from them.

use super::name::ResourceName;

/// The name of the secondary range that holds the pods. Gardener's worker controller expects it.
pub const POD_RANGE_NAME: &str = "ipv4-pod-cidr";

/// The purpose of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The subnet of the VMs.
    Nodes,
    /// The subnet of internal load balancers.
    Internal,
    /// The subnet whose external IPv6 range holds the services of a dual-stack shoot.
    Services,
}

impl Purpose {
    /// All purposes, in the order in which subnets are reported.
    pub const ALL: [Self; 3] = [Self::Nodes, Self::Internal, Self::Services];

    /// The spelling in the provider's `InfrastructureStatus`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Internal => "internal",
            Self::Services => "services",
        }
    }

    /// The description of a new subnet on Google Cloud.
    pub fn description(self) -> &'static str {
        match self {
            Self::Nodes => "gardener-managed worker subnet",
            Self::Internal => "gardener-managed internal subnet",
            Self::Services => "gardener-managed services subnet",
        }
    }
}

/// The name of a shoot's subnet, e.g. `shoot--project--name-nodes`.
pub fn subnet_name(cluster: &str, purpose: Purpose) -> ResourceName {
    format!("{cluster}-{}", purpose.as_str()).into()
}
