//! The choice of canaries: nodes that are well, have no alias, and have pods by which they can be measured.

use std::collections::{BTreeMap, BTreeSet};

use super::super::evidence::Evidence;
use super::super::pools::pool;
use super::super::rule::{Judgement, Rule};
use super::said::bears;
use super::witnesses::{grows_old, witnesses, witnesses_on};
use crate::journal::{Canary, CanaryVerdict, Entry};
use crate::snapshot::{Node, Pod, Vm};
use crate::vocabulary::{POD_RANGE_NAME, VmRef};

/// The most canaries of a worker pool that may show nothing.
const TRIES: usize = 3;

/// Demands that a canary be a node of the shoot that is well, has no alias, and has pods by which it can be measured.
pub(super) fn chosen(evidence: &Evidence<'_>, canary: &Canary) -> Judgement {
    let rule = Rule::CanaryRecord;
    let vm = &canary.vm;
    let fresh = canary.verdict.is_none() && canary.since == evidence.seen.at && canary.pool == pool(vm);
    rule.demands(fresh, || format!("the canary {vm} would not be recorded as chosen now"))?;
    let open = evidence.after().journal.canaries.tried.iter().filter(|other| other.verdict.is_none());
    let alone = open.filter(|other| other.pool == canary.pool).count() == 1 && !hides(evidence, &canary.pool);
    rule.demands(alone && !was_tried(evidence, vm), || {
        format!("{vm} was tried already, or another one is, or may be cut off")
    })?;
    let entry = evidence.seen.state.journal.entries.iter().any(|entry| entry.vm == *vm);
    rule.demands(entry && !bears(evidence, vm), || format!("{vm} is not to get an alias"))?;
    let nodes = evidence.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    let well = nodes.iter().any(|node| is_well(node, vm));
    rule.demands(well, || format!("the Node of {vm} is not known to be well"))?;
    let pods = rule.finds(evidence.seen.shoot.pods.known(), || "the pods were not read")?;
    let measured = !canary.pods.is_empty() && canary.pods == witnesses_on(evidence, pods, &vm.name);
    rule.demands(measured, || format!("the pods by which {vm} is measured are not those on it"))?;
    let vpn = pods.all.iter().any(|pod| pod.vpn && *pod.node == *vm.name);
    rule.demands(!vpn, || format!("the way to all nodes leads through {vm}"))?;
    let Some(control) = &canary.control else { return Ok(()) };
    let other = evidence.seen.cloud.vms.values().any(|other| {
        let lacks = other.nic.aliases.iter().all(|alias| alias.range_name.as_deref() != Some(POD_RANGE_NAME));
        *other.id.name == *control.node && other.id != *vm && lacks && other.has_tag(&evidence.target.cluster)
    });
    let becomes_one =
        evidence.after().journal.canaries.tried.iter().any(|other| *other.vm.name == *control.node);
    let measured = !control.pods.is_empty() && control.pods == witnesses_on(evidence, pods, &control.node);
    rule.demands(other && !becomes_one && measured, || {
        format!("{} is no node without alias to compare with, or not measured by its pods", control.node)
    })
}

/// Whether `node` is that of `vm`, is ready, takes pods and stays.
fn is_well(node: &Node, vm: &VmRef) -> bool {
    let own = *node.name == *vm.name && node.vm.as_ref() == Some(vm);
    own && node.ready && node.schedulable && !node.going
}

/// Whether a canary of the worker pool `own` may be cut off without that it was seen.
fn hides(evidence: &Evidence<'_>, own: &str) -> bool {
    let mut tried = evidence.seen.state.journal.canaries.tried.iter();
    tried.any(|canary| canary.pool == own && canary.verdict == Some(CanaryVerdict::Unseen))
}

fn was_tried(evidence: &Evidence<'_>, vm: &VmRef) -> bool {
    evidence.seen.state.journal.canaries.tried.iter().any(|canary| canary.vm == *vm)
}

/// The worker pools of which a node could be tried that was not, now or as soon as its pods are old enough.
pub(super) fn could_be_tried<'a>(evidence: &Evidence<'a>) -> BTreeSet<&'a str> {
    let Some(pods) = evidence.seen.shoot.pods.known() else { return BTreeSet::new() };
    let journal = &evidence.seen.state.journal;
    let mut here: BTreeMap<&str, Vec<&Pod>> = BTreeMap::new();
    for pod in &pods.all {
        here.entry(&pod.node).or_default().push(pod);
    }
    let nodes = evidence.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    let nodes: BTreeMap<&str, &Node> = nodes.iter().map(|node| (node.name.as_str(), node)).collect();
    let tried: BTreeSet<&VmRef> = journal.canaries.tried.iter().map(|canary| &canary.vm).collect();
    let could = |entry: &&Entry| {
        let (vm, name) = (&entry.vm, entry.vm.name.as_str());
        let runs = evidence.seen.cloud.vms.get(vm).is_some_and(Vm::is_running);
        let free = runs && !bears(evidence, vm) && !tried.contains(vm);
        let well = nodes.get(name).is_some_and(|node| is_well(node, vm));
        let here = here.get(name).map(Vec::as_slice).unwrap_or_default();
        let measured = || {
            let now = !witnesses(evidence, here.iter().copied(), pods).is_empty();
            now || here.iter().any(|pod| grows_old(evidence, pod))
        };
        free && well && !here.iter().any(|pod| pod.vpn) && measured()
    };
    let routed = |entry: &&Entry| evidence.pods.has_route(&entry.vm, entry.range);
    let pools = journal.entries.iter().filter(routed).filter(could).map(|entry| pool(&entry.vm));
    let unknown = |own: &str| {
        let tried = journal.canaries.tried.iter();
        tried.filter(|one| one.pool == own && one.verdict == Some(CanaryVerdict::Unknown)).count()
    };
    let may = |own: &&str| unknown(own) < TRIES && !hides(evidence, own);
    pools.collect::<BTreeSet<_>>().into_iter().filter(may).collect()
}
