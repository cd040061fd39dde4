//! Actions: complete, inert descriptions of one effect each. Carrying one out takes no decision.

mod request;
#[cfg(test)]
mod tests;
mod words;

use serde_json::{Map, Value};

pub use request::{Method, Request};

use super::resource::{Body, Change, Kind, Place, ResourceRef, SubnetChange, Traffic};
use crate::journal::State;
use crate::snapshot::Subnet;
use crate::vocabulary::{ResourceName, VmRef, Words};

/// An effect on the cloud, the state or the cloud-controller-manager.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Create a resource.
    Insert {
        /// The resource, with the place and the name that it will have.
        object: ResourceRef,
        /// The fields of the new resource.
        body: Body,
    },
    /// Change fields of a resource.
    Patch {
        /// The resource, as it was read.
        object: ResourceRef,
        /// The changed fields with their new values.
        change: Change,
    },
    /// Delete a resource.
    Delete {
        /// The resource, as it was read.
        object: ResourceRef,
        /// The traffic that the resource carries, if it is a route; used by the self-check and in texts.
        traffic: Option<Traffic>,
    },
    /// Replace the list of NATs of a Cloud Router, unless it has changed since it was read: a router has no fingerprint.
    SetNats {
        /// The router that bears the NATs.
        router: ResourceRef,
        /// The name of the shoot's NAT, the only entry that differs.
        nat: ResourceName,
        /// The whole list as it was read.
        before: Vec<Map<String, Value>>,
        /// The whole new list: the entries of others as they were read, and the shoot's own.
        nats: Vec<Map<String, Value>>,
    },
    /// Replace the list of alias ranges of a VM's interface.
    SetAliases {
        /// The VM, by zone and name.
        vm: VmRef,
        /// The name of the interface, e.g. `nic0`.
        nic: String,
        /// The interface's fingerprint as it was read; Google refuses the change for any other.
        fingerprint: String,
        /// The whole new list: the present aliases as they were read, and the shoot's own.
        aliases: Vec<Value>,
    },
    /// Write `status.state` under optimistic lock.
    WriteState(Box<State>),
    /// Remove words from the annotation of the Infrastructure, because what they ask for begins.
    TakeWords {
        /// The words; whatever else is in the annotation stays.
        words: Words,
    },
    /// Make the resource manager leave the control plane's ManagedResource alone, or manage it again.
    IgnoreControlPlane {
        /// Whether it is left alone.
        ignore: bool,
        /// The `resourceVersion` that was read, so that a late change of another process is refused.
        version: String,
    },
    /// Scale the Deployment of the cloud-controller-manager.
    ScaleCcm {
        /// The number of replicas.
        replicas: i32,
        /// The `resourceVersion` that was read, so that a late change of another process is refused.
        version: String,
    },
}

impl Action {
    /// A change of one group of fields of a subnet, with the fingerprint that was read.
    pub(super) fn patch_subnet(subnet: &Subnet, change: SubnetChange) -> Self {
        let object = ResourceRef::regional(Kind::Subnet, &subnet.region, &subnet.name);
        Self::Patch { object, change: Change::Subnet { fingerprint: subnet.fingerprint.clone(), change } }
    }

    /// The deletion of a resource that is no route.
    pub(super) fn delete(object: ResourceRef) -> Self {
        Self::Delete { object, traffic: None }
    }

    /// The deletion of the route `name`, which carries `traffic`.
    pub(super) fn delete_route(name: &str, traffic: Traffic) -> Self {
        Self::Delete { object: ResourceRef::global(Kind::Route, name), traffic: Some(traffic) }
    }

    /// The resource that is created, changed or deleted; `None` if the action is not on Google Cloud.
    pub fn object(&self) -> Option<ResourceRef> {
        match self {
            Self::Insert { object, .. } | Self::Patch { object, .. } | Self::Delete { object, .. } => {
                Some(object.clone())
            }
            Self::SetNats { router, .. } => Some(router.clone()),
            Self::SetAliases { vm, .. } => Some(ResourceRef {
                kind: Kind::Vm,
                place: Place::Zone(vm.zone.clone()),
                name: vm.name.clone(),
            }),
            Self::WriteState(_)
            | Self::TakeWords { .. }
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => None,
        }
    }

    /// Whether a crash right after the action may leave behind a resource that did not exist before.
    pub(super) fn makes_something(&self) -> bool {
        match self {
            Self::Insert { .. } | Self::SetNats { .. } => true,
            Self::Patch { .. }
            | Self::Delete { .. }
            | Self::SetAliases { .. }
            | Self::WriteState(_)
            | Self::TakeWords { .. }
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => false,
        }
    }

    /// The fingerprint that the action bears; `None` if it has none.
    pub(super) fn fingerprint(&self) -> Option<&str> {
        match self {
            Self::Patch { change: Change::Subnet { fingerprint, .. }, .. }
            | Self::SetAliases { fingerprint, .. } => Some(fingerprint),
            Self::Patch {
                change: Change::RoutingMode(_) | Change::Range(_) | Change::Firewall(_), ..
            }
            | Self::Insert { .. }
            | Self::Delete { .. }
            | Self::SetNats { .. }
            | Self::WriteState(_)
            | Self::TakeWords { .. }
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => None,
        }
    }

    /// The action without the reading that it was based on. Two that are equal so are the same change, based on different readings.
    pub(super) fn without_basis(&self) -> Self {
        match self.clone() {
            Self::Patch { object, change: Change::Subnet { change, .. } } => {
                Self::Patch { object, change: Change::Subnet { fingerprint: String::new(), change } }
            }
            Self::SetAliases { vm, nic, aliases, .. } => {
                Self::SetAliases { vm, nic, fingerprint: String::new(), aliases }
            }
            // Only the shoot's own entry counts; others may change theirs in between.
            Self::SetNats { router, nat, nats, .. } => {
                let own = nats
                    .into_iter()
                    .filter(|entry| entry.get("name").and_then(Value::as_str) == Some(nat.as_str()));
                Self::SetNats { router, before: Vec::new(), nats: own.collect(), nat }
            }
            Self::IgnoreControlPlane { ignore, .. } => {
                Self::IgnoreControlPlane { ignore, version: String::new() }
            }
            Self::ScaleCcm { replicas, .. } => Self::ScaleCcm { replicas, version: String::new() },
            // These bear nothing of a reading.
            same @ (Self::Patch {
                change: Change::RoutingMode(_) | Change::Range(_) | Change::Firewall(_),
                ..
            }
            | Self::Insert { .. }
            | Self::Delete { .. }
            | Self::WriteState(_)
            | Self::TakeWords { .. }) => same,
        }
    }
}
