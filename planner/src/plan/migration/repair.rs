//! Repair: a node that is reached neither by a route nor by an alias gets its pod range back, where no migration is under way that would
//! see to it.
//!
//! Such nodes are left behind by an interrupted migration of another controller, or by a restore. One node never blocks the shoot: what
//! cannot be put right is a warning.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};

use super::aliases::with_alias;
use super::facts::Facts;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::step::StepId;
use crate::plan::{Course, Finding, Reason};
use crate::snapshot::{NextHop, Vm};
use crate::text::listed;
use crate::vocabulary::{VmRef, ranges};

/// Plans the alias of each node that is cut off.
pub(super) fn cut_off(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let stands = facts.pod_range().is_some_and(|range| Some(range.range) == facts.pods);
    if !stands || !repairs(context.course, facts) {
        return;
    }
    let cut_off: Vec<(&Vm, Ipv4Net)> =
        facts.nodes.iter().filter_map(|node| bare(context, facts, node)).collect();
    if cut_off.is_empty() {
        return;
    }
    let holders = holders(context);
    let mut begun = 0;
    for (vm, range) in cut_off {
        let id = StepId::Repair(vm.id.clone());
        let held = ranges::meeting(&holders, range).flat_map(|(_, held)| held.iter().copied());
        let others: Vec<&VmRef> = held.filter(|holder| **holder != vm.id).collect();
        if !others.is_empty() {
            let others = listed(&others, ", ");
            draft.findings.push(Finding::warn(
                "cut-off",
                format!(
                    "the node {} is cut off, as its pod range {range} belongs to {others} too, by a route or an alias: replace the node, or \
                     take the range from the other, whichever Node does not have it as its podCIDR",
                    vm.id
                ),
            ));
        } else if let Some(refusal) = context.history.refusal(&id) {
            draft.findings.push(Finding::warn(
                "cut-off",
                format!(
                    "the node {} is cut off, and Google refuses {range} as an alias of its VM: {}; replace the node",
                    vm.id, refusal.text
                ),
            ));
        } else if begun < context.settings.wave {
            begun += 1;
            draft.act(id, with_alias(range, vm), Reason::Repaired);
        }
    }
}

/// The VM of a Node and its range, if the VM is on the nodes subnet, and neither an alias nor a route leads to any pod on it.
fn bare<'a>(context: Context<'a>, facts: &Facts<'_>, node: (&VmRef, Ipv4Net)) -> Option<(&'a Vm, Ipv4Net)> {
    let (id, range) = node;
    let vm = context.seen.cloud.vm(id).filter(|vm| vm.nic.subnet == facts.subnet.name)?;
    (vm.pod_ranges().next().is_none() && !facts.is_routed(id)).then_some((vm, range))
}

/// Whether nodes that are cut off are put right on this course.
fn repairs(course: Course, facts: &Facts<'_>) -> bool {
    match course {
        Course::Steady => true,
        // Where it is recorded the journal sees to it.
        Course::Committed => facts.journal.phase.is_none(),
        Course::Leaving
        | Course::Announced
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Preparing { .. } => false,
    }
}

/// The VMs to which a route of anyone leads for a range, or which bear it as an alias, by range.
fn holders(context: Context<'_>) -> BTreeMap<Ipv4Net, BTreeSet<&VmRef>> {
    let cloud = &context.seen.cloud;
    let borne =
        cloud.vms.values().flat_map(|vm| vm.nic.aliases.iter().map(|alias| (alias.range.trunc(), &vm.id)));
    let routed = cloud.routes.iter().filter_map(|route| match (&route.next_hop, route.destination) {
        (NextHop::Vm(vm), IpNet::V4(range)) => Some((range.trunc(), vm)),
        _ => None,
    });
    let mut holders: BTreeMap<Ipv4Net, BTreeSet<&VmRef>> = BTreeMap::new();
    for (range, vm) in borne.chain(routed) {
        holders.entry(range).or_default().insert(vm);
    }
    holders
}
