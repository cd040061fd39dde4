//! Changes that the API made: the only input of the data plane, as plain values.
//!
//! A [`Change`] says what an operation did and when it ran; it says nothing of when that is programmed
//! (see [`super::lag`]). No logic beyond identity and order.

use std::fmt;

use ipnet::Ipv4Net;
use serde::Serialize;

use crate::time::Instant;

/// Identity of a VM, by what its URL names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct VmRef {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the zone, such as `europe-west1-b`.
    pub zone: String,
    /// Name of the instance.
    pub name: String,
}

impl VmRef {
    /// The region of the VM's zone: `europe-west1` for `europe-west1-b`.
    pub fn region(&self) -> &str {
        self.zone.rsplit_once('-').map_or(self.zone.as_str(), |(region, _)| region)
    }
}

impl fmt::Display for VmRef {
    /// Prints `project/zone/name`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.project, self.zone, self.name)
    }
}

/// Identity of a VPC network, by what its URL names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct NetworkRef {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the network.
    pub name: String,
}

/// Identity of a subnetwork, by what its URL names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SubnetRef {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name of the subnetwork.
    pub name: String,
}

/// The next hop of a static route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum NextHop {
    /// A VM by name: a VM made anew under the same name serves the route again.
    Vm(VmRef),
    /// Another next hop (gateway, address, tunnel, forwarding rule), which never leads to a watched VM.
    Other,
}

/// A static route of a network.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RouteFact {
    /// Network of the route.
    pub network: NetworkRef,
    /// Name, which is its identity together with the network.
    pub name: String,
    /// Destination, as a CIDR.
    pub dest: Ipv4Net,
    /// Next hop, where the route leads.
    pub next_hop: NextHop,
    /// Whether the route carries network tags, that is, applies to some senders only.
    pub tags: bool,
    /// Priority; the lowest number wins among equal destinations.
    pub priority: u32,
}

/// A policy-based route of a network.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PolicyFact {
    /// Network of the route.
    pub network: NetworkRef,
    /// Name, which is its identity together with the network.
    pub name: String,
    /// Senders that it is for, as a CIDR.
    pub source: Ipv4Net,
    /// Destinations that it is for, as a CIDR.
    pub dest: Ipv4Net,
    /// Priority; the lowest number wins.
    pub priority: u32,
    /// Whether it leads to a load balancer; if not, packets take the other routes.
    pub leads_elsewhere: bool,
}

/// One thing that an operation added, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum What {
    /// A static route was inserted.
    RouteAdded(RouteFact),
    /// A static route was deleted.
    RouteRemoved {
        /// Network of the route.
        network: NetworkRef,
        /// Name of the route.
        name: String,
    },
    /// A policy-based route was created.
    PolicyRouteAdded(PolicyFact),
    /// A policy-based route was deleted.
    PolicyRouteRemoved {
        /// Network of the route.
        network: NetworkRef,
        /// Name of the route.
        name: String,
    },
    /// A subnet got a range, primary or secondary.
    RangeAdded {
        /// Subnet that got the range.
        subnet: SubnetRef,
        /// Network of the subnet.
        network: NetworkRef,
        /// Name of the secondary range; empty for the primary range.
        range_name: String,
        /// Addresses of the range, as a CIDR.
        cidr: Ipv4Net,
    },
    /// A subnet lost a range.
    RangeRemoved {
        /// Subnet that lost the range.
        subnet: SubnetRef,
        /// Name of the secondary range; empty for the primary range.
        range_name: String,
    },
    /// The flag `allowSubnetCidrRoutesOverlap` of a subnet was set. It is off until said otherwise.
    OverlapFlag {
        /// Subnet whose flag was set.
        subnet: SubnetRef,
        /// Value of the flag from now on.
        on: bool,
    },
    /// A VM's `nic0` got an alias range.
    AliasAdded {
        /// VM that got the alias.
        vm: VmRef,
        /// Subnet of the NIC.
        subnet: SubnetRef,
        /// Name of the secondary range that it is taken from; empty for the primary range.
        range_name: String,
        /// Addresses of the alias, as a CIDR.
        cidr: Ipv4Net,
    },
    /// A VM's `nic0` lost an alias range.
    AliasRemoved {
        /// VM that lost the alias.
        vm: VmRef,
        /// Addresses of the alias, as a CIDR.
        cidr: Ipv4Net,
    },
    /// A VM was created, or runs with other settings from now on.
    VmAdded {
        /// VM that was created or changed.
        vm: VmRef,
        /// Network of its `nic0`.
        network: NetworkRef,
        /// Whether its guest agent turns aliases into local routes (`ip_aliases`).
        guest_ip_aliases: bool,
        /// Value of `canIpForward`: without it no static route reaches the VM.
        can_ip_forward: bool,
        /// Whether the VM runs; one that does not run owns none of its addresses.
        running: bool,
    },
    /// A VM was deleted, and all its aliases with it.
    VmRemoved {
        /// VM that was deleted.
        vm: VmRef,
    },
}

/// The request that made a change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cause {
    /// Number of the request in the request log.
    pub seq: u64,
    /// Name of the method, such as `compute.routes.delete`.
    pub method: String,
    /// Path of the resource that it was called on.
    pub target: String,
}

/// A change by one operation, and when that ran. An operation that did several things gives several changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Instant at which the operation started.
    pub started: Instant,
    /// Instant at which the operation was DONE: the order in which the API saw the changes is (`done`, `cause.seq`).
    pub done: Instant,
    /// Request behind the operation.
    pub cause: Cause,
    /// Effect of the operation.
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
