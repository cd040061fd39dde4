//! Purposes of a shoot's subnets, and the names that follow from them.

use super::name::ResourceName;

/// The name of the secondary range that holds the pods, part of the contract with the worker controller.
pub const POD_RANGE_NAME: &str = "ipv4-pod-cidr";

/// What a subnet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The VMs.
    Nodes,
    /// Internal load balancers.
    Internal,
    /// The IPv6 range of services.
    Services,
}

impl Purpose {
    /// All of them, in the order in which they are reported.
    pub const ALL: [Self; 3] = [Self::Nodes, Self::Internal, Self::Services];

    /// As the contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Internal => "internal",
            Self::Services => "services",
        }
    }

    /// What a new subnet says of itself.
    pub fn description(self) -> &'static str {
        match self {
            Self::Nodes => "gardener-managed worker subnet",
            Self::Internal => "gardener-managed internal subnet",
            Self::Services => "gardener-managed services subnet",
        }
    }
}

/// The name of a shoot's subnet.
pub fn subnet_name(cluster: &str, purpose: Purpose) -> ResourceName {
    format!("{cluster}-{}", purpose.as_str()).into()
}
