//! VMs: whether each can have its alias, and is reached by its route until then.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;

use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::snapshot::Vm;
use crate::text::listed;
use crate::vocabulary::POD_RANGE_NAME;

/// Google's limit of alias ranges per interface.
const ALIASES_PER_NIC: usize = 150;

/// The findings about the VMs that get an alias.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    if !facts.needed {
        return Vec::new();
    }
    let known: Vec<(&Vm, Ipv4Net)> = facts
        .entries
        .iter()
        .filter_map(|entry| Some((context.seen.cloud.vm(&entry.vm)?, entry.range)))
        .collect();
    // None if the rule applies to no VM.
    let named = |rule: &dyn Fn(&Vm, Ipv4Net) -> bool| -> Option<String> {
        let chosen = known.iter().filter(|(vm, range)| rule(vm, *range));
        let names: BTreeSet<String> = chosen.map(|(vm, _)| vm.id.to_string()).collect();
        (!names.is_empty()).then(|| listed(&names, ", "))
    };
    let subnet = &facts.subnet.name;
    let elsewhere = named(&|vm, _| vm.nic.subnet != *subnet).map(|vms| {
        Finding::error(
            "vm-not-on-nodes-subnet",
            format!("nic0 of these VMs is not on subnet {subnet}, so they can have no alias out of it: {vms}; replace them"),
        )
    });
    let full = named(&|vm, range| !vm.bears(range) && vm.nic.aliases.len() >= ALIASES_PER_NIC).map(|vms| {
        Finding::error(
            "nic-full",
            format!(
                "nic0 of these VMs has {ALIASES_PER_NIC} alias ranges already, the most it can have: {vms}; remove some"
            ),
        )
    });
    let routed = |vm: &Vm| facts.is_routed(&vm.id);
    let deaf = named(&|vm, _| !vm.can_forward && routed(vm)).map(|vms| {
        Finding::error(
            "vm-cannot-forward",
            format!(
                "these VMs were made without canIpForward, so their routes lead nowhere: {vms}; replace them, as it cannot be changed"
            ),
        )
    });
    // Where the Node has the range of the alias, it is the route that is stale, and that goes with the others.
    let is_other =
        |vm: &Vm, range: Ipv4Net, alias: Ipv4Net| alias != range && !facts.nodes.confirm(&vm.id, alias);
    let bears_other = |vm: &Vm, range: Ipv4Net| {
        vm.nic.aliases.iter().any(|alias| alias.is_for_pods() && is_other(vm, range, alias.range))
    };
    let stale = named(&bears_other).map(|vms| {
        Finding::error(
            "other-pod-alias",
            format!(
                "nic0 of these VMs bears an alias out of {POD_RANGE_NAME} that is not the range that its route has: {vms}; take it off, or \
                 replace them"
            ),
        )
    });
    // What a Node contradicts gets no alias.
    let may_be = |vm: &Vm, range: Ipv4Net| !facts.nodes.contradict(&vm.id, range);
    let several = |vm: &Vm, range: Ipv4Net| {
        let mut others = facts.entries.ranges(&vm.id).filter(|own| *own != range);
        may_be(vm, range) && others.any(|own| may_be(vm, own))
    };
    let two = named(&several).map(|vms| {
        Finding::error(
            "vm-with-two-ranges",
            format!(
                "routes lead more than one pod range to these VMs, and no Node that could be read says which is theirs: {vms}; delete the \
                 route whose range is not the podCIDR of the Node"
            ),
        )
    });
    let foreign = named(&|vm, _| vm.nic.aliases.iter().any(|alias| !alias.is_for_pods())).map(|vms| {
        Finding::warn(
            "foreign-alias",
            format!(
                "nic0 of these VMs bears alias ranges that are not ours; they are kept, but the cloud-controller-manager takes the pod \
                 ranges of a node from its aliases (with providers v0.28 of cloud-provider-gcp from all of them, later from the first \
                 alone), so it may complain about these nodes until they are rolled: {vms}"
            ),
        )
    });
    let stopped = named(&|vm, _| !vm.is_running()).map(|vms| {
        Finding::warn(
            "vm-not-running",
            format!(
                "these VMs are not RUNNING, so nothing reaches their aliases and routes of others may be followed instead: {vms}; start \
                 them, or replace them"
            ),
        )
    });
    [elsewhere, full, deaf, stale, two, foreign, stopped].into_iter().flatten().collect()
}
