//! The choice of canaries: in each worker pool the node whose pods show best whether it can be reached, and beside it one without alias.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::desired::Target;
use crate::journal::{Canary, Control, Witness};
use crate::plan::pools::worker_pool;
use crate::snapshot::{Cloud, Node, Pod, Pods, Settings, Snapshot, Vm};
use crate::vocabulary::VmRef;

/// The most pods by which a node is measured, from outside and by its kubelet each.
const MOST: usize = 5;
/// The nodes of a worker pool whose pods are asked: a canary, two that may follow it, and one to compare with.
const ASKED: usize = 4;

/// A node that may become a canary or its control.
pub(super) struct Candidate<'a> {
    pub(super) vm: &'a Vm,
    /// The pods by which it can be measured.
    pub(super) witnesses: Vec<Witness>,
    /// Whether the way of the API server to all nodes leads through it.
    carries_vpn: bool,
}

impl Candidate<'_> {
    /// How good its evidence is: the pods that answer, then those that its kubelet measures.
    fn evidence(&self) -> (usize, usize) {
        let count = |wanted: fn(&Witness) -> bool| self.witnesses.iter().filter(|pod| wanted(pod)).count();
        (count(|witness| witness.outer), count(|witness| witness.inner.is_some()))
    }
}

/// The candidates among `vms`, those with the best evidence first; at `seen` time, by the pods that are known.
pub(super) fn candidates<'a>(
    vms: impl Iterator<Item = &'a Vm>,
    seen: &Snapshot,
    pods: &Pods,
    settings: &Settings,
) -> Vec<Candidate<'a>> {
    let by_node = by_node(pods);
    let nodes = well(seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default());
    let mut all: Vec<Candidate<'a>> = vms
        .filter(|vm| vm.is_running() && nodes.contains_key(&vm.id))
        .map(|vm| {
            let pods_here = by_node.get(vm.id.name.as_str()).map(Vec::as_slice).unwrap_or_default();
            Candidate {
                vm,
                witnesses: witnesses(pods_here, &pods.answering, seen.at, settings),
                carries_vpn: pods_here.iter().any(|pod| pod.vpn),
            }
        })
        .filter(|candidate| !candidate.witnesses.is_empty())
        .collect();
    all.sort_by_key(|candidate| std::cmp::Reverse(candidate.evidence()));
    all
}

/// The canary of each of `pools`, chosen among `candidates`; none for a pool without one. Whatever becomes a canary is nobody's control.
pub(super) fn choose(
    pools: &BTreeSet<&str>,
    candidates: &[Candidate<'_>],
    tried: &BTreeSet<&VmRef>,
    at: Timestamp,
) -> Vec<Canary> {
    let free = |candidate: &&Candidate<'_>| !candidate.carries_vpn && !tried.contains(&candidate.vm.id);
    let chosen: Vec<&Candidate<'_>> = pools
        .iter()
        .filter_map(|pool| {
            let mut own = candidates.iter().filter(|candidate| worker_pool(&candidate.vm.id.name) == *pool);
            own.find(free)
        })
        .collect();
    let is_free = |candidate: &&Candidate<'_>| {
        !tried.contains(&candidate.vm.id) && chosen.iter().all(|other| other.vm.id != candidate.vm.id)
    };
    chosen
        .iter()
        .map(|canary| {
            let pool = worker_pool(&canary.vm.id.name);
            let others = || candidates.iter().filter(is_free);
            let alike = others().find(|other| worker_pool(&other.vm.id.name) == pool);
            let control = alike
                .or_else(|| others().next())
                .map(|other| Control { node: other.vm.id.name.to_string(), pods: other.witnesses.clone() });
            Canary {
                pool: pool.to_owned(),
                vm: canary.vm.id.clone(),
                pods: canary.witnesses.clone(),
                control,
                since: at,
                verdict: None,
            }
        })
        .collect()
}

/// The pods that are asked before a choice: in each worker pool those on the nodes where most may answer.
pub fn asked<'a>(
    target: &Target,
    cloud: &Cloud,
    nodes: &[Node],
    pods: &'a [Pod],
    at: Timestamp,
    settings: &Settings,
) -> Vec<&'a Pod> {
    let lacking = well(nodes).into_keys().filter(|vm| lacks_alias(target, cloud, vm));
    let nodes: BTreeMap<&str, &VmRef> = lacking.map(|vm| (vm.name.as_str(), vm)).collect();
    let mut here: BTreeMap<&VmRef, Vec<&Pod>> = BTreeMap::new();
    for pod in pods.iter().filter(|pod| is_old_enough(pod, at, settings) && !pod.endpoints.is_empty()) {
        if let Some(vm) = nodes.get(pod.node.as_str()) {
            here.entry(vm).or_default().push(pod);
        }
    }
    let mut pools: BTreeMap<&str, Vec<Vec<&Pod>>> = BTreeMap::new();
    for (vm, pods) in here {
        pools.entry(worker_pool(&vm.name)).or_default().push(pods);
    }
    let best = pools.into_values().flat_map(|mut nodes| {
        nodes.sort_by_key(|pods| std::cmp::Reverse(pods.len()));
        nodes.into_iter().take(ASKED)
    });
    best.flat_map(|pods| pods.into_iter().take(MOST)).collect()
}

/// Whether `vm` is the shoot's and has no alias from the pod range.
fn lacks_alias(target: &Target, cloud: &Cloud, vm: &VmRef) -> bool {
    let vm = cloud.vm(vm).filter(|vm| vm.has_tag(&target.cluster));
    vm.is_some_and(|vm| vm.pod_ranges().next().is_none())
}

/// The Nodes that are ready, take pods and stay, by the VMs whose names they bear.
fn well(nodes: &[Node]) -> BTreeMap<&VmRef, &Node> {
    let well = nodes.iter().filter(|node| node.ready && node.schedulable && !node.going);
    well.filter_map(|node| Some((node.vm.as_ref().filter(|vm| *vm.name == *node.name)?, node))).collect()
}

fn by_node(pods: &Pods) -> BTreeMap<&str, Vec<&Pod>> {
    let mut by_node: BTreeMap<&str, Vec<&Pod>> = BTreeMap::new();
    for pod in &pods.all {
        by_node.entry(&pod.node).or_default().push(pod);
    }
    by_node
}

/// The pods by which their node can be measured: first those that answer, then those that its kubelet measures.
fn witnesses(
    pods: &[&Pod],
    answering: &BTreeSet<String>,
    at: Timestamp,
    settings: &Settings,
) -> Vec<Witness> {
    let usable = || pods.iter().filter(|pod| is_old_enough(pod, at, settings));
    let outer: BTreeSet<&str> =
        usable().filter(|pod| answering.contains(&pod.uid)).take(MOST).map(|pod| pod.uid.as_str()).collect();
    let inner: BTreeSet<&str> =
        usable().filter(|pod| pod.measured.is_some()).take(MOST).map(|pod| pod.uid.as_str()).collect();
    let witness = |pod: &&Pod| Witness {
        pod: format!("{}/{}", pod.namespace, pod.name),
        uid: pod.uid.clone(),
        outer: outer.contains(pod.uid.as_str()),
        inner: pod.measured.filter(|_| inner.contains(pod.uid.as_str())),
    };
    usable().map(witness).filter(|witness| witness.outer || witness.inner.is_some()).collect()
}

/// The worker pools among `pools` in which a node of `vms` may be measured later, as it has pods that were made a short time ago, with the
/// instant from which on it may. A pod that had the time to become old enough and has not is not waited for, so that this ends.
pub(super) fn awaited<'a>(
    pools: &BTreeSet<&'a str>,
    vms: impl Iterator<Item = &'a Vm>,
    tried: &BTreeSet<&VmRef>,
    seen: &Snapshot,
    pods: &Pods,
    settings: &Settings,
) -> BTreeMap<&'a str, Timestamp> {
    let by_node = by_node(pods);
    let nodes = well(seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default());
    let mut awaited: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for vm in vms.filter(|vm| vm.is_running() && nodes.contains_key(&vm.id) && !tried.contains(&vm.id)) {
        let pool = worker_pool(&vm.id.name);
        let here = by_node.get(vm.id.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        if !pools.contains(pool) || here.iter().any(|pod| pod.vpn) {
            continue;
        }
        for old in here.iter().filter_map(|pod| grows_old(pod, seen.at, settings)) {
            awaited.entry(pool).and_modify(|first| *first = old.min(*first)).or_insert(old);
        }
    }
    awaited
}

/// The instant at which `pod` will have been ready for long enough, if it may become a witness then, and became ready soon after it was
/// made.
fn grows_old(pod: &Pod, at: Timestamp, settings: &Settings) -> Option<Timestamp> {
    let (since, created) = (pod.ready_since?, pod.created?);
    let old = since.checked_add(settings.canary_pod_age).ok()?;
    let soon = since <= created.checked_add(settings.canary_pod_age).ok()?;
    let measures = !pod.endpoints.is_empty() || pod.measured.is_some();
    (may_count(pod) && measures && soon && old > at).then_some(old)
}

/// Whether `pod` has been ready on the pod network for long enough to be missed.
fn is_old_enough(pod: &Pod, at: Timestamp, settings: &Settings) -> bool {
    let old = pod.ready_since.and_then(|since| since.checked_add(settings.canary_pod_age).ok());
    may_count(pod) && old.is_some_and(|old| old <= at)
}

/// Whether `pod` shows anything of its node's range, and stays.
fn may_count(pod: &Pod) -> bool {
    !pod.host_network && !pod.going && !pod.uid.is_empty()
}
