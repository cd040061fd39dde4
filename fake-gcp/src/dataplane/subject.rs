//! The subject of a change, the addresses it speaks of, and which other subjects matter with it.
//!
//! This is how changes find the watches that they concern, and how a removal finds what it removes.

use std::fmt;

use ipnet::Ipv4Net;

use super::change::{NetworkRef, SubnetRef, VmRef, What};

/// The identity of a thing that can be added and removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Route(NetworkRef, String),
    PolicyRoute(NetworkRef, String),
    Range(SubnetRef, String),
    Flag(SubnetRef),
    Alias(VmRef, Ipv4Net),
    Vm(VmRef),
}

impl What {
    pub(super) fn subject(&self) -> Subject {
        match self {
            Self::RouteAdded(route) => Subject::Route(route.network.clone(), route.name.clone()),
            Self::RouteRemoved { network, name } => Subject::Route(network.clone(), name.clone()),
            Self::PolicyRouteAdded(route) => Subject::PolicyRoute(route.network.clone(), route.name.clone()),
            Self::PolicyRouteRemoved { network, name } => Subject::PolicyRoute(network.clone(), name.clone()),
            Self::RangeAdded { subnet, range_name, .. } | Self::RangeRemoved { subnet, range_name } => {
                Subject::Range(subnet.clone(), range_name.clone())
            }
            Self::OverlapFlag { subnet, .. } => Subject::Flag(subnet.clone()),
            Self::AliasAdded { vm, cidr, .. } | Self::AliasRemoved { vm, cidr } => {
                Subject::Alias(vm.clone(), *cidr)
            }
            Self::VmAdded { vm, .. } | Self::VmRemoved { vm } => Subject::Vm(vm.clone()),
        }
    }

    /// Whether the change removes its subject or switches it off.
    pub(super) fn takes_away(&self) -> bool {
        match self {
            Self::RouteRemoved { .. }
            | Self::PolicyRouteRemoved { .. }
            | Self::RangeRemoved { .. }
            | Self::AliasRemoved { .. }
            | Self::VmRemoved { .. } => true,
            Self::OverlapFlag { on, .. } => !on,
            Self::RouteAdded(_)
            | Self::PolicyRouteAdded(_)
            | Self::RangeAdded { .. }
            | Self::AliasAdded { .. }
            | Self::VmAdded { .. } => false,
        }
    }

    /// The addresses that this addition speaks of; `None` for all that finds its watches by subject only.
    pub(super) fn addresses(&self) -> Option<Ipv4Net> {
        match self {
            Self::RouteAdded(route) => Some(route.dest),
            Self::PolicyRouteAdded(route) => Some(route.dest),
            Self::RangeAdded { cidr, .. } | Self::AliasAdded { cidr, .. } => Some(*cidr),
            _ => None,
        }
    }

    /// The subject that a watch must follow too if it follows this addition: a range means little without the flag of its
    /// subnet, and an alias ends with its VM.
    pub(super) fn depends_on(&self) -> Option<Subject> {
        match self {
            Self::RangeAdded { subnet, .. } => Some(Subject::Flag(subnet.clone())),
            Self::AliasAdded { vm, .. } => Some(Subject::Vm(vm.clone())),
            _ => None,
        }
    }
}

/// Prints an unambiguous name: no name on Google Cloud contains a slash.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(network, name) => write!(f, "route {}/{}/{name}", network.project, network.name),
            Self::PolicyRoute(network, name) => {
                write!(f, "policy {}/{}/{name}", network.project, network.name)
            }
            Self::Range(subnet, name) => {
                write!(f, "range {}/{}/{}/{name}", subnet.project, subnet.region, subnet.name)
            }
            Self::Flag(subnet) => write!(f, "flag {}/{}/{}", subnet.project, subnet.region, subnet.name),
            Self::Alias(vm, cidr) => write!(f, "alias {vm}/{cidr}"),
            Self::Vm(vm) => write!(f, "vm {vm}"),
        }
    }
}
