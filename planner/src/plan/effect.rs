//! Effects of actions on a snapshot: what the planner expects the next look to show. Pure, so that plans can be tried out without a cloud.
//!
//! An action has no effect if it would be refused because of what the snapshot shows: the resource to change or delete is absent, the
//! resource to create exists or belongs to an absent VPC, or the fingerprint or list of NATs that the action is based on is not the
//! present one. Other reasons to refuse an action, such as the deletion of a resource in use, are not considered.
//!
//! Values that only Google can choose stay open. The fingerprint of a changed resource is empty, so an action that is based on an earlier
//! reading has no effect any more. The name of a route that Google creates is `unread/DESTINATION`. The IPv6 range of a subnet is absent,
//! as it is for a while in reality. The configuration of flow logs that are turned on is Google's default, even if another one was hidden
//! while they were off.
//!
//! The instants of the snapshot stay as they are, and so does what others do in response: pods end, and the resource manager obeys, later.
//! Routes and the service account are changed even in a snapshot of a shoot for which they would not be read.

use super::Action;
use super::resource::{
    Body, Change, Kind, Place, ResourceRef, firewall, nats, network, route, router, service_account, subnet,
    vm,
};
use crate::journal::State;
use crate::snapshot::{Ccm, Cloud, Snapshot};
use crate::vocabulary::VmRef;

/// Changes `seen` as the successful `action` changes the world.
pub fn effect(action: &Action, seen: &mut Snapshot) {
    match action {
        Action::Insert { object, body } => insert(object, body, seen),
        Action::Patch { object, change } => patch(object, change, &mut seen.cloud),
        Action::Delete { object, traffic: _ } => delete(object, &mut seen.cloud),
        Action::SetNats { router, nat: _, before, nats } => {
            nats::set(&router.name, before, nats, &mut seen.cloud);
        }
        Action::SetAliases { vm, nic, fingerprint, aliases } => {
            vm::set_aliases(vm, nic, fingerprint, aliases, &mut seen.cloud);
        }
        Action::WriteState(state) => seen.state = State { unwritten: false, ..(**state).clone() },
        // What people say is no part of a snapshot, but of the target.
        Action::TakeWords { .. } => {}
        Action::IgnoreControlPlane { ignore, version } => annotate(&mut seen.ccm, *ignore, version),
        Action::ScaleCcm { replicas, version } => scale(&mut seen.ccm, *replicas, version),
    }
}

/// Adds a new resource.
fn insert(object: &ResourceRef, body: &Body, seen: &mut Snapshot) {
    let (name, cloud) = (&object.name, &mut seen.cloud);
    match (body, &object.place) {
        (Body::Network(body), _) => body.insert(name, seen),
        (Body::Subnet(body), Place::Region(region)) => body.insert(region, name, cloud),
        (Body::Subnet(_), Place::Global | Place::Zone(_)) => {}
        (Body::Router(body), _) => body.insert(name, cloud),
        (Body::Firewall(body), _) => body.insert(name, cloud),
        (Body::ServiceAccount(body), _) => body.insert(name, cloud),
    }
}

/// Changes fields of a resource.
fn patch(object: &ResourceRef, change: &Change, cloud: &mut Cloud) {
    let name = &object.name;
    match (change, &object.place) {
        (Change::RoutingMode(mode), _) => network::set_routing_mode(name, mode, cloud),
        (Change::Subnet { fingerprint, change }, Place::Region(region)) => {
            change.patch(region, name, fingerprint, cloud);
        }
        (Change::Range(range), Place::Region(region)) => subnet::widen(region, name, *range, cloud),
        (Change::Subnet { .. } | Change::Range(_), Place::Global | Place::Zone(_)) => {}
        (Change::Firewall(rule), _) => rule.patch(name, cloud),
    }
}

/// Removes a resource, with everything that Google deletes together with it.
fn delete(object: &ResourceRef, cloud: &mut Cloud) {
    let name = &object.name;
    match (object.kind, &object.place) {
        (Kind::Network, _) => network::delete(name, cloud),
        (Kind::Subnet, Place::Region(region)) => subnet::delete(region, name, cloud),
        (Kind::Router, _) => router::delete(name, cloud),
        (Kind::Firewall, _) => firewall::delete(name, cloud),
        (Kind::Route, _) => route::delete(name, cloud),
        (Kind::Vm, Place::Zone(zone)) => vm::delete(VmRef { zone: zone.clone(), name: name.clone() }, cloud),
        (Kind::ServiceAccount, _) => service_account::delete(name, cloud),
        (Kind::Subnet, Place::Global | Place::Zone(_)) | (Kind::Vm, Place::Global | Place::Region(_)) => {}
    }
}

/// Sets or removes both annotations of the control plane's ManagedResource. Where that changes nothing the version stays.
fn annotate(ccm: &mut Ccm, ignore: bool, version: &str) {
    if let Some(resource) = ccm.managed_resource.as_mut().filter(|_| ccm.managed_resource_version == version)
    {
        let before = (resource.ignore, resource.remove_ignore);
        (resource.ignore, resource.remove_ignore) = (ignore, ignore);
        if before != (ignore, ignore) {
            ccm.managed_resource_version.clear();
        }
    }
}

/// Sets the replicas of the cloud-controller-manager. Where that changes nothing the version stays.
fn scale(ccm: &mut Ccm, replicas: i32, version: &str) {
    if let Some(present) = ccm.replicas.as_mut().filter(|_| ccm.deployment_version == version)
        && std::mem::replace(present, replicas) != replicas
    {
        ccm.deployment_version.clear();
    }
}

#[cfg(test)]
mod tests;
