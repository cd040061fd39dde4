//! The shoot's Nodes: which range the pods of a VM have, where the shoot's own API tells. Not derived from what the planner makes of them.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use crate::desired::Target;
use crate::snapshot::Snapshot;
use crate::vocabulary::{VmRef, ranges};

/// What the Nodes say that name a VM which was seen to be the shoot's.
#[derive(Default)]
pub(super) struct Nodes<'a> {
    /// The VMs whose Nodes have a range.
    holders: BTreeMap<Ipv4Net, BTreeSet<&'a VmRef>>,
    /// The range of each VM that is the only one to have any of it.
    ranges: BTreeMap<&'a VmRef, Ipv4Net>,
    /// Every name of a Node that could be read; `None`: the Nodes are not known.
    names: Option<BTreeSet<&'a str>>,
    /// The names of Nodes of which nothing else could be read; an empty one may be that of any Node.
    hidden: BTreeSet<&'a str>,
}

impl<'a> Nodes<'a> {
    pub(super) fn of(target: &Target, seen: &'a Snapshot) -> Self {
        let Some(all) = seen.shoot.nodes.known() else { return Self::default() };
        let mut nodes = Self { names: Some(BTreeSet::new()), ..Self::default() };
        for node in all {
            if node.unreadable {
                nodes.hidden.insert(&node.name);
                continue;
            }
            nodes.names.get_or_insert_default().insert(&node.name);
            let (Some(vm), Some(range), Some(pods)) = (&node.vm, node.pod_range, target.pods) else {
                continue;
            };
            let ours = seen.cloud.vms.get(vm).is_some_and(|vm| vm.has_tag(&target.cluster));
            if ours && *vm.name == *node.name && pods.contains(&range) {
                nodes.holders.entry(range).or_default().insert(vm);
            }
        }
        for (range, holders) in &nodes.holders {
            let alone = ranges::meeting(&nodes.holders, *range).all(|(other, _)| other == range);
            if let (true, 1, Some(vm)) = (alone, holders.len(), holders.first()) {
                nodes.ranges.insert(vm, *range);
            }
        }
        nodes
    }

    /// The range of `vm`, of which no other Node has a part; `None`: it is not known, or in dispute.
    pub(super) fn range(&self, vm: &VmRef) -> Option<Ipv4Net> {
        self.ranges.get(vm).copied()
    }

    /// The VMs with their ranges.
    pub(super) fn ranges(&self) -> &BTreeMap<&'a VmRef, Ipv4Net> {
        &self.ranges
    }

    /// Whether it is known that there is no Node called like `vm`.
    pub(super) fn has_none(&self, vm: &VmRef) -> bool {
        self.names.as_ref().is_some_and(|names| !names.contains(vm.name.as_str())) && !self.may_hide(vm)
    }

    /// Whether a Node that could not be read may be that of `vm`.
    pub(super) fn may_hide(&self, vm: &VmRef) -> bool {
        let (name, names) = (vm.name.as_str(), self.names.as_ref());
        names.is_some_and(|names| !names.contains(name))
            && ["", name].iter().any(|one| self.hidden.contains(one))
    }

    /// Whether a Node could not even be read by its name.
    pub(super) fn has_nameless(&self) -> bool {
        self.hidden.contains("")
    }

    /// Whether Nodes say that `range` serves no pod on `vm`.
    pub(super) fn deny(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        let holders = self.holders.get(&range);
        let elsewhere = holders.is_some_and(|vms| !vms.contains(vm)) && !self.may_hide(vm);
        self.range(vm).is_some_and(|own| own != range) || elsewhere
    }
}
