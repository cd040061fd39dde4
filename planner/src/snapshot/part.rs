//! The parts of the cloud, each of which is read as a whole.

use std::collections::BTreeSet;

/// A part of what is read of the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The reserved addresses of the region.
    Addresses,
    /// The VPC.
    Network,
    /// Its subnets in the shoot's region.
    Subnets,
    /// The shoot's Cloud Router.
    Router,
    /// The firewall rules of the VPC.
    Firewalls,
    /// Operations that are under way.
    Operations,
    /// What pod traffic depends on: routes, VMs, and what is elsewhere and may be in its way.
    Traffic,
    /// What load balancers left behind.
    Leftovers,
    /// The shoot's service account.
    ServiceAccount,
}

/// Several of them.
pub type Parts = BTreeSet<Part>;

impl Part {
    /// What is there, as opposed to what is under way.
    pub const STANDING: [Self; 8] = [
        Self::Addresses,
        Self::Network,
        Self::Subnets,
        Self::Router,
        Self::Firewalls,
        Self::Traffic,
        Self::Leftovers,
        Self::ServiceAccount,
    ];
}
