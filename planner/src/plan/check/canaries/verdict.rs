//! The verdict on a canary: what is said of it was seen.

use std::time::Duration;

use super::super::evidence::Evidence;
use super::super::rule::{Judgement, Rule};
use super::said::bears;
use crate::journal::{Canary, CanaryVerdict};
use crate::snapshot::{Look, NodeLook};

/// The longest measuring.
const LONGEST: Duration = Duration::from_secs(120);

/// Demands that what came of a canary be what was seen of it.
pub(super) fn judged(evidence: &Evidence<'_>, canary: &Canary, verdict: Option<CanaryVerdict>) -> Judgement {
    let rule = Rule::CanaryRecord;
    let vm = &canary.vm;
    rule.demands(canary.verdict.is_none(), || format!("what came of the canary {vm} would change"))?;
    let name = vm.name.as_str();
    let all = evidence.seen.shoot.window.looks.iter();
    let all: Vec<&Look> =
        all.filter(|look| look.at >= canary.since && look.nodes.contains_key(name)).collect();
    let looks: Vec<(&Look, &NodeLook)> =
        all.iter().filter_map(|look| Some((*look, look.nodes.get(name)?.as_ref()?))).collect();
    let spans = |least: Duration| span(looks.iter().map(|(look, _)| *look)) >= least;
    let held = match verdict {
        Some(CanaryVerdict::Proven) => {
            spans(evidence.settings.settle.min(LONGEST))
                && looks.last().is_some_and(|(_, last)| answers(canary, last))
        }
        Some(CanaryVerdict::Failed) => {
            let told = evidence.after().lasting.canary_failed.as_ref();
            let told = told.is_some_and(|failure| failure.who.contains(&vm.to_string()));
            let down = |look: &NodeLook| !answers(canary, look) || is_missed(canary, look);
            looks.iter().any(|(_, look)| down(look)) && (told || evidence.asked.reported)
        }
        // That nothing tells of it is what is seen, too.
        Some(verdict @ (CanaryVerdict::Unknown | CanaryVerdict::Unseen)) => {
            let long = spans(LONGEST) || span(all.iter().copied()) >= evidence.settings.canary_timeout;
            let settled = canary.since.checked_add(evidence.settings.settle.min(LONGEST));
            let late = |look: &Look| settled.as_ref().is_ok_and(|settled| look.at >= *settled);
            let reached = looks.iter().any(|(look, node)| late(look) && is_reached(canary, node));
            long && (reached || verdict == CanaryVerdict::Unseen)
        }
        Some(CanaryVerdict::Gone) => !bears(evidence, vm),
        None => false,
    };
    rule.demands(held, || format!("what is said of the canary {vm} was not seen"))
}

/// The time from the first of `looks` to the last.
fn span<'a>(looks: impl Iterator<Item = &'a Look> + Clone) -> Duration {
    let ends = looks.clone().next().zip(looks.last());
    ends.map_or(Duration::ZERO, |(first, last)| {
        Duration::try_from(last.at.duration_since(first.at)).unwrap_or_default()
    })
}

/// Whether `look` shows that a pod of the node is reached: from outside or, where none is asked, by its kubelet's word.
fn is_reached(canary: &Canary, look: &NodeLook) -> bool {
    let mut pods = canary.pods.iter().filter_map(|witness| Some((witness, look.pods.get(&witness.uid)?)));
    pods.any(|(_, pod)| pod.answers) || answers(canary, look)
}

/// Whether `look` shows that the node answers: its kubelet, and some of its pods, from outside or, where none is asked, by its kubelet's
/// word.
fn answers(canary: &Canary, look: &NodeLook) -> bool {
    let pods = || canary.pods.iter().filter_map(|witness| Some((witness, look.pods.get(&witness.uid)?)));
    let asked: Vec<bool> = pods().filter(|(witness, _)| witness.outer).map(|(_, pod)| pod.answers).collect();
    let ready = || pods().any(|(witness, pod)| witness.inner.is_some() && pod.ready);
    look.kubelet && if asked.is_empty() { ready() } else { asked.contains(&true) }
}

/// Whether `look` shows that the kubelet misses a pod, now or at any time before.
fn is_missed(canary: &Canary, look: &NodeLook) -> bool {
    let mut pods = canary.pods.iter().filter_map(|witness| Some((witness, look.pods.get(&witness.uid)?)));
    pods.any(|(witness, pod)| witness.inner.is_some() && (!pod.ready || pod.unhealthy > 0))
}
