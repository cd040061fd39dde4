//! What the API changed: the only input of the data plane, as plain values.
//!
//! A [`Change`] says what an operation did and when it ran; it says nothing of when that is programmed
//! (see [`super::lag`]). No logic beyond identity and order.

use std::fmt;

use ipnet::Ipv4Net;
use serde::Serialize;

use crate::time::Instant;

/// A VM, by what its URL names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct VmRef {
    /// Project id.
    pub project: String,
    /// Zone name, such as `europe-west1-b`.
    pub zone: String,
    /// Instance name.
    pub name: String,
}

impl VmRef {
    /// The region of the VM's zone: `europe-west1` for `europe-west1-b`.
    pub fn region(&self) -> &str {
        self.zone.rsplit_once('-').map_or(self.zone.as_str(), |(region, _)| region)
    }
}

impl fmt::Display for VmRef {
    /// `project/zone/name`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.project, self.zone, self.name)
    }
}

/// A VPC network, by what its URL names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct NetworkRef {
    /// Project id.
    pub project: String,
    /// Network name.
    pub name: String,
}

/// A subnetwork, by what its URL names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SubnetRef {
    /// Project id.
    pub project: String,
    /// Region name.
    pub region: String,
    /// Subnetwork name.
    pub name: String,
}

/// Where a static route leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum NextHop {
    /// A VM, by name: a VM made anew under the same name serves the route again.
    Vm(VmRef),
    /// Anything else (gateway, address, tunnel, forwarding rule): never leads to a watched VM.
    Other,
}

/// A static route of a network.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RouteFact {
    /// Its network.
    pub network: NetworkRef,
    /// Name, the identity together with the network.
    pub name: String,
    /// Destination.
    pub dest: Ipv4Net,
    /// Next hop.
    pub next_hop: NextHop,
    /// Whether it carries network tags, that is, applies to some senders only.
    pub tags: bool,
    /// Priority; the lowest number wins among equal destinations.
    pub priority: u32,
}

/// One thing that an operation added, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum What {
    /// A static route was inserted.
    RouteAdded(RouteFact),
    /// A static route was deleted.
    RouteRemoved {
        /// Its network.
        network: NetworkRef,
        /// Its name.
        name: String,
    },
    /// A subnet got a range, primary or secondary.
    RangeAdded {
        /// The subnet.
        subnet: SubnetRef,
        /// The network of the subnet.
        network: NetworkRef,
        /// Name of the secondary range; empty for the primary range.
        range_name: String,
        /// The range.
        cidr: Ipv4Net,
    },
    /// A subnet lost a range.
    RangeRemoved {
        /// The subnet.
        subnet: SubnetRef,
        /// Name of the secondary range; empty for the primary range.
        range_name: String,
    },
    /// `allowSubnetCidrRoutesOverlap` of a subnet was set. It is off until said otherwise.
    OverlapFlag {
        /// The subnet.
        subnet: SubnetRef,
        /// Its value from now on.
        on: bool,
    },
    /// A VM's `nic0` got an alias range.
    AliasAdded {
        /// The VM.
        vm: VmRef,
        /// The subnet of the NIC.
        subnet: SubnetRef,
        /// Name of the secondary range that it is taken from; empty for the primary range.
        range_name: String,
        /// The alias range.
        cidr: Ipv4Net,
    },
    /// A VM's `nic0` lost an alias range.
    AliasRemoved {
        /// The VM.
        vm: VmRef,
        /// The alias range.
        cidr: Ipv4Net,
    },
    /// A VM was created, or runs with other settings from now on.
    VmAdded {
        /// The VM.
        vm: VmRef,
        /// The network of its `nic0`.
        network: NetworkRef,
        /// Whether its guest agent turns aliases into local routes (`ip_aliases`).
        guest_ip_aliases: bool,
        /// `canIpForward`: without it no static route reaches it.
        can_ip_forward: bool,
    },
    /// A VM was deleted, and all its aliases with it.
    VmRemoved {
        /// The VM.
        vm: VmRef,
    },
}

/// The request that made a change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cause {
    /// Number of the request in the request log.
    pub seq: u64,
    /// Method, such as `compute.routes.delete`.
    pub method: String,
    /// What it was called on.
    pub target: String,
}

/// What one operation did, and when it ran. An operation that did several things gives several changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When the operation started.
    pub started: Instant,
    /// When the operation was DONE: the order in which the API saw the changes is (`done`, `cause.seq`).
    pub done: Instant,
    /// The request behind it.
    pub cause: Cause,
    /// What it did.
    pub what: What,
}

/// Place of a change in the history of the API: a removal takes away what came before it, never what was
/// added after it, whatever the order in which both are programmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Generation(Instant, u64);

impl Change {
    pub(super) fn generation(&self) -> Generation {
        Generation(self.done, self.cause.seq)
    }
}
