//! Actions: complete, inert descriptions of one effect each. Nothing is left to decide when one is carried out.

mod request;
#[cfg(test)]
mod tests;
mod words;

use serde_json::{Map, Value};

pub use request::{Method, Request};

use super::resource::{Body, Change, Kind, Place, ResourceRef, SubnetChange, Traffic};
use crate::journal::State;
use crate::snapshot::Subnet;
use crate::vocabulary::{ResourceName, VmRef};

/// One effect on the cloud, the state or the cloud-controller-manager.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Make a resource that is not there.
    Insert {
        /// The resource.
        object: ResourceRef,
        /// What it is made of.
        body: Body,
    },
    /// Change fields of a resource.
    Patch {
        /// The resource.
        object: ResourceRef,
        /// The fields, and what they shall be.
        change: Change,
    },
    /// Take a resource away.
    Delete {
        /// The resource.
        object: ResourceRef,
        /// The traffic that it carries, if it is a route: for the self-check and for people.
        traffic: Option<Traffic>,
    },
    /// Replace the list of NATs of a Cloud Router, if it is still as it was read: Google knows no fingerprint of it.
    SetNats {
        /// The router.
        router: ResourceRef,
        /// The name of the NAT that this is about, the only one that differs.
        nat: ResourceName,
        /// The whole list as last read.
        before: Vec<Map<String, Value>>,
        /// The whole list: what was there, as read, and ours as it shall be.
        nats: Vec<Map<String, Value>>,
    },
    /// Replace the list of alias ranges of a VM's interface.
    SetAliases {
        /// The VM.
        vm: VmRef,
        /// The interface, e.g. `nic0`.
        nic: String,
        /// As last read: refused for any other.
        fingerprint: String,
        /// The whole list: what was there, as read, and ours.
        aliases: Vec<Value>,
    },
    /// Write `status.state`, with optimistic lock.
    WriteState(Box<State>),
    /// Tell the resource manager to leave the control plane chart alone, or to take it up again.
    IgnoreControlPlane {
        /// Which of the two.
        ignore: bool,
    },
    /// Set the replicas of the cloud-controller-manager.
    ScaleCcm {
        /// How many.
        replicas: i32,
    },
}

impl Action {
    /// One change of a subnet, based on what was read.
    pub(super) fn patch_subnet(subnet: &Subnet, change: SubnetChange) -> Self {
        let object = ResourceRef::regional(Kind::Subnet, &subnet.region, &subnet.name);
        Self::Patch { object, change: Change::Subnet { fingerprint: subnet.fingerprint.clone(), change } }
    }

    /// The deletion of what is no route.
    pub(super) fn delete(object: ResourceRef) -> Self {
        Self::Delete { object, traffic: None }
    }

    /// The deletion of the route called `name`, which carries `traffic`.
    pub(super) fn delete_route(name: &str, traffic: Traffic) -> Self {
        Self::Delete { object: ResourceRef::global(Kind::Route, name), traffic: Some(traffic) }
    }

    /// The resource that it makes, changes or takes away, if that is one of Google's.
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
            Self::WriteState(_) | Self::IgnoreControlPlane { .. } | Self::ScaleCcm { .. } => None,
        }
    }

    /// Whether a crash right after it may leave something behind that was not there before.
    pub(super) fn makes_something(&self) -> bool {
        match self {
            Self::Insert { .. } | Self::SetNats { .. } => true,
            Self::Patch { .. }
            | Self::Delete { .. }
            | Self::SetAliases { .. }
            | Self::WriteState(_)
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => false,
        }
    }

    /// The fingerprint of the reading that it is made from, if it is refused for any other.
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
            | Self::IgnoreControlPlane { .. }
            | Self::ScaleCcm { .. } => None,
        }
    }

    /// The same without what it was made from: two actions that are equal then have the same effect, whatever was read before each.
    pub(super) fn effect(&self) -> Self {
        match self.clone() {
            Self::Patch { object, change: Change::Subnet { change, .. } } => {
                Self::Patch { object, change: Change::Subnet { fingerprint: String::new(), change } }
            }
            Self::SetAliases { vm, nic, aliases, .. } => {
                Self::SetAliases { vm, nic, fingerprint: String::new(), aliases }
            }
            // Of the list only our own entry; others may change theirs meanwhile.
            Self::SetNats { router, nat, nats, .. } => {
                let own = nats
                    .into_iter()
                    .filter(|entry| entry.get("name").and_then(Value::as_str) == Some(nat.as_str()));
                Self::SetNats { router, before: Vec::new(), nats: own.collect(), nat }
            }
            other => other,
        }
    }
}
