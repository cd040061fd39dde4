//! Worker pools: which of them show on one VM already what is to be done to all.

use std::collections::BTreeSet;

use super::pods::Pods;
use crate::desired::Target;
use crate::snapshot::{Snapshot, Vm};
use crate::vocabulary::{POD_RANGE_NAME, VmRef};

/// The worker pools of which a VM shows already what a change of its aliases does, found once for all VMs of a plan.
pub(super) struct Proven<'a> {
    /// The pools of which a VM bears its alias.
    pub(super) with_alias: BTreeSet<&'a str>,
    /// The pools of which a VM bears none.
    pub(super) without_alias: BTreeSet<&'a str>,
}

impl<'a> Proven<'a> {
    pub(super) fn of(target: &Target, seen: &'a Snapshot, pods: &Pods<'_>) -> Self {
        let entries = seen.state.journal.entries.iter();
        let with_alias = entries.filter(|entry| pods.bears(&entry.vm, entry.range));
        let bears =
            |vm: &Vm| vm.nic.aliases.iter().any(|alias| alias.range_name.as_deref() == Some(POD_RANGE_NAME));
        let without_alias = seen.cloud.vms.values().filter(|vm| vm.has_tag(&target.cluster) && !bears(vm));
        Self {
            with_alias: with_alias.map(|entry| pool(&entry.vm)).collect(),
            without_alias: without_alias.map(|vm| pool(&vm.id)).collect(),
        }
    }
}

/// The worker pool of a VM: its name `CLUSTER-POOL-zN-HASH-RANDOM` without the last three parts.
pub(super) fn pool(vm: &VmRef) -> &str {
    let mut ends = vm.name.rmatch_indices('-').map(|(index, _)| index);
    ends.nth(2).and_then(|end| vm.name.get(..end)).unwrap_or(&vm.name)
}
