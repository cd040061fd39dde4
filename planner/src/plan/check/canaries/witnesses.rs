//! The pods by which a node is measured.

use jiff::Timestamp;

use super::super::evidence::Evidence;
use crate::journal::Witness;
use crate::snapshot::{Pod, Pods};

/// The most pods by which a node is measured, from outside and by its kubelet each.
const WITNESSES: usize = 5;

/// The pods of the Node called `node` by which it can be measured.
pub(super) fn witnesses_on(evidence: &Evidence<'_>, pods: &Pods, node: &str) -> Vec<Witness> {
    witnesses(evidence, pods.all.iter().filter(|pod| pod.node == node), pods)
}

/// The pods among those of one Node, `here`, by which it can be measured: the first few that answer and the first few that its kubelet
/// measures, of those that were ready on the pod network for long.
pub(super) fn witnesses<'a>(
    evidence: &Evidence<'_>,
    here: impl Iterator<Item = &'a Pod>,
    pods: &Pods,
) -> Vec<Witness> {
    let age = evidence.settings.canary_pod_age;
    let old = |since: Timestamp| since.checked_add(age).is_ok_and(|old| old <= evidence.seen.at);
    let usable = here.filter(|pod| shows_range(pod) && pod.ready_since.is_some_and(old));
    let (mut asked, mut measured) = (0, 0);
    let mut witnesses = Vec::new();
    for pod in usable {
        let outer = pods.answering.contains(&pod.uid) && asked < WITNESSES;
        let inner = pod.measured.filter(|_| measured < WITNESSES);
        asked += usize::from(outer);
        measured += usize::from(inner.is_some());
        if outer || inner.is_some() {
            let name = format!("{}/{}", pod.namespace, pod.name);
            witnesses.push(Witness { pod: name, uid: pod.uid.clone(), outer, inner });
        }
    }
    witnesses
}

/// Whether `pod` has an address of its node's range, and stays.
fn shows_range(pod: &Pod) -> bool {
    !pod.host_network && !pod.going && !pod.uid.is_empty()
}

/// Whether its node may be measured by `pod` later: it is not ready for long, nor was it made long before.
pub(super) fn grows_old(evidence: &Evidence<'_>, pod: &Pod) -> bool {
    let age = evidence.settings.canary_pod_age;
    let (Some(created), Some(since)) = (pod.created, pod.ready_since) else { return false };
    let young = since.checked_add(age).is_ok_and(|old| old > evidence.seen.at);
    let soon = created.checked_add(age).is_ok_and(|late| since <= late);
    shows_range(pod) && (pod.measured.is_some() || !pod.endpoints.is_empty()) && young && soon
}
