//! Nodes: which range each VM's pods have, as the shoot's own API says. It beats routes and journal, as pods get their addresses by it.
//!
//! The shoot's users can write Nodes. One counts only if it is called as a VM that was seen to be the shoot's, says that it is this VM,
//! and has a range inside the pod range. A range that meets that of another Node tells nothing. A Node that cannot be read may say anything,
//! so that nothing follows from what it does not say.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use crate::desired::Target;
use crate::snapshot::{Node, Snapshot};
use crate::vocabulary::{VmRef, ranges};

/// The Nodes that count, by VM and by range.
#[derive(Default)]
pub(super) struct Nodes<'a> {
    /// The VMs by range; several where that is in dispute.
    claims: BTreeMap<Ipv4Net, Vec<&'a VmRef>>,
    /// The ranges that nobody disputes, by VM.
    ranges: BTreeMap<&'a VmRef, Ipv4Net>,
    /// The names of all Nodes that can be read, whether they count or not; `None`: Nodes are not known.
    names: Option<BTreeSet<&'a str>>,
    /// The names of those that cannot be read.
    unreadable: BTreeSet<&'a str>,
}

impl<'a> Nodes<'a> {
    /// The Nodes that count among those of `seen`.
    pub(super) fn of(target: &Target, seen: &'a Snapshot) -> Self {
        let Some(all) = seen.shoot.nodes.known() else { return Self::default() };
        let mut claims: BTreeMap<Ipv4Net, Vec<&VmRef>> = BTreeMap::new();
        for (vm, range) in all.iter().filter_map(|node| counted(target, seen, node)) {
            claims.entry(range).or_default().push(vm);
        }
        let undisputed = claims.iter().filter_map(|(range, vms)| match vms.as_slice() {
            [vm] if ranges::meeting(&claims, *range).count() == 1 => Some((*vm, *range)),
            _ => None,
        });
        let ranges = undisputed.collect();
        let names = |unreadable| {
            all.iter().filter(move |node| node.unreadable == unreadable).map(|node| node.name.as_str())
        };
        Self { claims, ranges, names: Some(names(false).collect()), unreadable: names(true).collect() }
    }

    /// The VMs with the ranges that nobody disputes, in order of the VMs.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a VmRef, Ipv4Net)> {
        self.ranges.iter().map(|(vm, range)| (*vm, *range))
    }

    /// The range of `vm` that nobody disputes; `None`: no Node tells.
    pub(super) fn range(&self, vm: &VmRef) -> Option<Ipv4Net> {
        self.ranges.get(vm).copied()
    }

    /// The ranges with the VMs whose Nodes have them.
    pub(super) fn claims(&self) -> &BTreeMap<Ipv4Net, Vec<&'a VmRef>> {
        &self.claims
    }

    /// Whether the Nodes could be read.
    pub(super) fn are_known(&self) -> bool {
        self.names.is_some()
    }

    /// Whether it is known that `vm` has no Node, so that no pod is there.
    pub(super) fn lack(&self, vm: &VmRef) -> bool {
        self.names.as_ref().is_some_and(|names| !names.contains(vm.name.as_str())) && !self.hide(vm)
    }

    /// Whether the Node of `vm` may be one that cannot be read.
    pub(super) fn hide(&self, vm: &VmRef) -> bool {
        let known = self.names.as_ref().is_some_and(|names| names.contains(vm.name.as_str()));
        !known && (self.has_nameless() || self.unreadable.contains(vm.name.as_str()))
    }

    /// Whether there is a Node of which not even the name can be read: it may be that of any VM whose Node is not known.
    pub(super) fn has_nameless(&self) -> bool {
        self.unreadable.contains("")
    }

    /// Whether the Node of `vm`, and of no other, has `range`.
    pub(super) fn confirm(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        self.range(vm) == Some(range)
    }

    /// Whether a Node says that `range` is not that of `vm`: the Node of the VM has another one, or only another VM's has this one.
    pub(super) fn contradict(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        let other = self.range(vm).is_some_and(|said| said != range);
        let elsewhere = |vms: &Vec<&VmRef>| vms.iter().all(|holder| *holder != vm);
        other || !self.hide(vm) && self.claims.get(&range).is_some_and(elsewhere)
    }
}

/// The VM and the range of `node`, if it counts.
fn counted<'a>(target: &Target, seen: &Snapshot, node: &'a Node) -> Option<(&'a VmRef, Ipv4Net)> {
    let vm = node.vm.as_ref().filter(|vm| *vm.name == *node.name)?;
    let range = node.pod_range.filter(|range| target.pods.is_some_and(|pods| pods.contains(range)))?;
    seen.cloud.vm(vm).filter(|vm| vm.has_tag(&target.cluster))?;
    Some((vm, range))
}
