//! Pods: which routes and aliases lead to them, indexed once, so that a plan for many nodes is judged in one go.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};

use crate::desired::{Ownership, Target};
use crate::snapshot::{NextHop, Route, Snapshot};
use crate::vocabulary::{POD_RANGE_NAME, VmRef, ranges};

/// The description of every route that the cloud-controller-manager makes.
pub(super) const DESCRIPTION: &str = "k8s-node-route";
/// The length from which on the cloud-controller-manager cuts a cluster's name in the name of a route.
const CUT: usize = 26;

/// A route of the shoot's own to the pods of a node.
#[derive(Clone, Copy)]
pub(super) struct PodRoute<'a> {
    pub(super) range: Ipv4Net,
    pub(super) vm: &'a VmRef,
}

/// The routes and aliases that lead to pods, by name, VM and range.
pub(super) struct Pods<'a> {
    /// The shoot's own routes to pods, by name.
    pub(super) routes: BTreeMap<&'a str, PodRoute<'a>>,
    /// The best priority of the own routes without a network tag, by VM and range.
    pub(super) untagged: BTreeMap<(&'a VmRef, Ipv4Net), u32>,
    /// The routes of anyone but those that Google makes for subnets, by destination.
    pub(super) destinations: BTreeMap<Ipv4Net, Vec<&'a Route>>,
    /// The ranges to which own routes lead, by VM.
    by_vm: BTreeMap<&'a VmRef, BTreeSet<Ipv4Net>>,
    /// The VMs, not confirmed gone, to which own routes lead, by range.
    claims: BTreeMap<Ipv4Net, BTreeSet<&'a VmRef>>,
    /// The VMs, not confirmed gone, to which routes of anyone lead, by range.
    leads: BTreeMap<Ipv4Net, BTreeSet<&'a VmRef>>,
    /// The VMs that bear a range as an alias, from whatever range of the subnet, by range.
    bearers: BTreeMap<Ipv4Net, BTreeSet<&'a VmRef>>,
    /// The ranges out of the pod range that VMs bear.
    aliases: BTreeSet<(&'a VmRef, Ipv4Net)>,
}

impl<'a> Pods<'a> {
    pub(super) fn of(target: &Target, seen: &'a Snapshot) -> Self {
        let mut pods = Self {
            routes: BTreeMap::new(),
            untagged: BTreeMap::new(),
            destinations: BTreeMap::new(),
            by_vm: BTreeMap::new(),
            claims: BTreeMap::new(),
            leads: BTreeMap::new(),
            bearers: BTreeMap::new(),
            aliases: BTreeSet::new(),
        };
        for route in &seen.cloud.routes {
            let IpNet::V4(range) = route.destination else { continue };
            if route.next_hop != NextHop::Subnet {
                pods.destinations.entry(range).or_default().push(route);
            }
            let NextHop::Vm(vm) = &route.next_hop else { continue };
            let gone = seen.cloud.gone.contains(vm);
            if !gone {
                pods.leads.entry(range).or_default().insert(vm);
            }
            if is_own(target, seen, route, range, vm) {
                pods.routes.insert(&route.name, PodRoute { range, vm });
                pods.by_vm.entry(vm).or_default().insert(range);
                if route.tags.is_empty() {
                    let best = pods.untagged.entry((vm, range)).or_insert(route.priority);
                    *best = route.priority.min(*best);
                }
                if !gone {
                    pods.claims.entry(range).or_default().insert(vm);
                }
            }
        }
        for vm in seen.cloud.vms.values() {
            for alias in &vm.nic.aliases {
                pods.bearers.entry(alias.range).or_default().insert(&vm.id);
                if alias.range_name.as_deref() == Some(POD_RANGE_NAME) {
                    pods.aliases.insert((&vm.id, alias.range));
                }
            }
        }
        pods
    }

    /// Whether an own route leads to `range` on `vm`.
    pub(super) fn has_route(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        self.by_vm.get(vm).is_some_and(|ranges| ranges.contains(&range))
    }

    /// Whether own routes say that `range` does not belong to `vm`: they lead to another range on it, or to `range` on another VM
    /// that is there.
    pub(super) fn contradict(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        !self.has_route(vm, range) && (self.by_vm.contains_key(vm) || self.claims.contains_key(&range))
    }

    /// Whether `vm` was read to bear `range` as an alias out of the pod range.
    pub(super) fn bears(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        self.aliases.contains(&(vm, range))
    }

    /// Whether an own route, or an alias out of the pod range, leads to pods on `vm`.
    pub(super) fn is_reached(&self, vm: &VmRef) -> bool {
        let mut from_here = self.aliases.range((vm, Ipv4Net::default())..);
        self.by_vm.contains_key(vm) || from_here.next().is_some_and(|(bearer, _)| *bearer == vm)
    }

    /// Another VM than `vm` to which a route of anyone leads for `range` or a part of it, or which bears any of it.
    pub(super) fn elsewhere(&self, vm: &VmRef, range: Ipv4Net) -> Option<&'a VmRef> {
        let led = ranges::inside(&self.leads, range);
        let found = led.chain(ranges::meeting(&self.bearers, range)).flat_map(|(_, vms)| vms);
        found.copied().find(|other| *other != vm)
    }
}

/// Whether `route`, which leads to `range` on `vm`, is the shoot's: made by a cloud-controller-manager, inside the pod range, to a VM
/// with the shoot's tag. One that is gone has none to show; then the VPC, the journal or the route's exact name must tell.
fn is_own(target: &Target, seen: &Snapshot, route: &Route, range: Ipv4Net, vm: &VmRef) -> bool {
    let inside = target.pods.is_some_and(|pods| pods.contains(&range));
    let of_this_shoot = match seen.cloud.vms.get(vm) {
        Some(vm) => vm.has_tag(&target.cluster),
        None => {
            seen.cloud.gone.contains(vm)
                && (target.network.ownership == Ownership::Own
                    || seen.state.journal.entries.names(vm)
                    || has_node(seen, vm)
                    || is_called(&route.name, &target.cluster))
        }
    };
    route.description == DESCRIPTION && inside && of_this_shoot
}

/// Whether a Node is called as `vm` and names it.
fn has_node(seen: &Snapshot, vm: &VmRef) -> bool {
    let nodes = seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    nodes.iter().any(|node| *node.name == *vm.name && node.vm.as_ref() == Some(vm))
}

/// Whether a route's name is `CLUSTER-UUID`, and the cluster's name was not cut.
fn is_called(route: &str, cluster: &str) -> bool {
    let uuid = route.strip_prefix(cluster).and_then(|rest| rest.strip_prefix('-'));
    let groups = uuid.map(|uuid| uuid.split('-').collect::<Vec<_>>()).unwrap_or_default();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    cluster.len() < CUT && lengths == [8, 4, 4, 4, 12] && digits
}

#[cfg(test)]
mod tests {
    use super::is_called;

    #[test]
    fn only_an_exact_name_counts() {
        let id = "0a1b2c3d-0001-4000-8000-000000000001";
        for (name, cluster, called) in [
            (format!("shoot--p--a-{id}"), "shoot--p--a", true),
            (format!("shoot--p--ab-{id}"), "shoot--p--a", false),
            (format!("shoot--p--a-b-{id}"), "shoot--p--a", false),
            (format!("shoot--p--a-{}", id.replace("000001", "00000x")), "shoot--p--a", false),
            (format!("{}-{id}", "x".repeat(26)), &"x".repeat(26), false),
        ] {
            assert_eq!(is_called(&name, cluster), called, "{name}");
        }
    }
}
