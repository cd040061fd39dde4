//! Repair: a node that is reached neither by a route nor by an alias gets its pod range back, where no migration is under way that would
//! see to it.
//!
//! Such nodes are left behind by an interrupted migration of another controller, or by a restore. One node never blocks the shoot: what
//! cannot be put right is a warning, and so is a VM of which nobody says what its range is.

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
    let bare: BTreeMap<&VmRef, &Vm> = bare(context, facts).map(|vm| (&vm.id, vm)).collect();
    tell_of_unclear(facts, &bare, draft);
    let ranges = facts.nodes.iter();
    let cut_off: Vec<(&Vm, Ipv4Net)> =
        ranges.filter_map(|(id, range)| Some((*bare.get(id)?, range))).collect();
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

/// The shoot's VMs on the nodes subnet to whose pods neither an alias nor a route leads.
fn bare<'a>(context: Context<'a>, facts: &Facts<'_>) -> impl Iterator<Item = &'a Vm> {
    let own = context.seen.cloud.vms.values();
    let own = own.filter(|vm| vm.has_tag(&context.target.cluster) && vm.nic.subnet == facts.subnet.name);
    own.filter(|vm| vm.pod_ranges().next().is_none() && !facts.is_routed(&vm.id))
}

/// Tells of the VMs among `bare` whose range is not clear, and what becomes of them.
fn tell_of_unclear(facts: &Facts<'_>, bare: &BTreeMap<&VmRef, &Vm>, draft: &mut Draft) {
    let mut clear: BTreeSet<&VmRef> = facts.nodes.iter().map(|(vm, _)| vm).collect();
    let claims = facts.nodes.claims();
    for (range, vms) in claims {
        let meeting = ranges::meeting(claims, *range).flat_map(|(_, vms)| vms);
        let all: BTreeSet<&VmRef> = meeting.copied().collect();
        let disputed = all.len() > 1 && vms.iter().any(|vm| bare.contains_key(vm));
        if disputed {
            draft.findings.push(Finding::warn(
                "cut-off",
                format!(
                    "the Nodes of {} have the same podCIDR {range}, or a part of it, which can lead to one of them alone: replace the others",
                    listed(&all, ", ")
                ),
            ));
            clear.extend(vms);
        }
    }
    let running = bare.values().filter(|vm| vm.is_running()).map(|vm| &vm.id);
    let (hidden, unclear): (Vec<&VmRef>, Vec<&VmRef>) =
        running.filter(|vm| !clear.contains(vm)).partition(|vm| facts.nodes.hide(vm));
    if !hidden.is_empty() {
        draft.findings.push(Finding::warn(
            "cut-off",
            format!(
                "neither a route nor an alias leads to the pods of {}, and the shoot's API lists Nodes that cannot be read, which may be \
                 theirs: as soon as they can be, the nodes get their range back; or replace them",
                listed(&hidden, ", ")
            ),
        ));
    }
    if unclear.is_empty() {
        return;
    }
    let why = if facts.nodes.are_known() {
        "and no Node of theirs says which pod range they have: such a node never gets ready, and the machine-controller-manager replaces it \
         after 10 or 20 min, unless it is told to keep it"
    } else {
        "and the Nodes, which say what range they have, could not be read: as soon as they can be, nodes get it back; a VM that has none is \
         replaced by the machine-controller-manager after 10 or 20 min, unless it is told to keep it, and a new VM may have got its range"
    };
    draft.findings.push(Finding::warn(
        "cut-off",
        format!("neither a route nor an alias leads to the pods of {}, {why}", listed(&unclear, ", ")),
    ));
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
