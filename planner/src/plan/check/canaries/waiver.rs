//! Worker pools that go on without a canary, because nothing can be measured there.

use std::collections::BTreeSet;

use super::super::evidence::Evidence;
use super::super::pools::pool;
use super::super::rule::{Judgement, Rule};
use super::choice::could_be_tried;
use super::said::{bears, is_proven, skips};
use crate::journal::{Canaries, CanaryVerdict, Entry};

/// Demands that a worker pool go on without a canary only if one that was proven runs its image, or somebody says so.
pub(super) fn waived(evidence: &Evidence<'_>, after: &Canaries) -> Judgement {
    let before = &evidence.seen.state.journal.canaries;
    let kept = after.waived.starts_with(&before.waived);
    Rule::CanaryRecord.demands(kept, || "a worker pool that goes on without a canary would be forgotten")?;
    let others: Vec<&String> = after.waived.iter().skip(before.waived.len()).collect();
    let distinct = others.iter().collect::<BTreeSet<_>>().len() == others.len();
    let open = if others.is_empty() { BTreeSet::new() } else { open(evidence) };
    let needed = distinct && others.iter().all(|waived| open.contains(waived.as_str()));
    Rule::CanaryRecord.demands(needed, || "a worker pool would go on without a canary that needs none")?;
    let unknown = others
        .into_iter()
        .map(String::as_str)
        .find(|waived| !skips(evidence) && !runs_proven_image(evidence, waived));
    Rule::CanaryRecord.demands(unknown.is_none(), || {
        format!("nothing is known of the worker pool {}", unknown.unwrap_or_default())
    })
}

/// Whether all nodes of the worker pool `own` run images of canaries that were proven.
pub(super) fn runs_proven_image(evidence: &Evidence<'_>, own: &str) -> bool {
    let nodes = evidence.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    let proven = evidence.seen.state.journal.canaries.tried.iter().filter(|canary| is_proven(canary));
    let proven: BTreeSet<&str> = proven.map(|canary| canary.vm.name.as_str()).collect();
    let images: BTreeSet<&str> = nodes
        .iter()
        .filter(|node| proven.contains(node.name.as_str()) && !node.image.is_empty())
        .map(|node| node.image.as_str())
        .collect();
    let is_own = |name: &str| name.strip_prefix(own).is_some_and(|rest| rest.matches('-').count() == 3);
    let mut nodes = nodes.iter().filter(|node| is_own(&node.name)).peekable();
    !evidence.nodes.has_nameless()
        && nodes.peek().is_some()
        && nodes.all(|node| images.contains(node.image.as_str()))
}

/// The worker pools of which a node lacks its alias, or one may be cut off by it, and none is known to stand one, about to show it, or left to be tried.
pub(super) fn open<'a>(evidence: &Evidence<'a>) -> BTreeSet<&'a str> {
    let journal = &evidence.seen.state.journal;
    let lacks =
        |entry: &&Entry| evidence.seen.cloud.vms.contains_key(&entry.vm) && !evidence.is_covered(entry);
    let mut open: BTreeSet<&str> =
        journal.entries.iter().filter(lacks).map(|entry| pool(&entry.vm)).collect();
    let hidden = journal.canaries.tried.iter().filter(|canary| canary.verdict == Some(CanaryVerdict::Unseen));
    open.extend(hidden.filter(|canary| bears(evidence, &canary.vm)).map(|canary| canary.pool.as_str()));
    let could_be_tried = could_be_tried(evidence);
    let shown = |own: &str| {
        let tried = &mut journal.canaries.tried.iter();
        tried.any(|canary| canary.pool == own && (is_proven(canary) || canary.verdict.is_none()))
    };
    let waived = |own: &str| journal.canaries.waived.iter().any(|waived| waived == own);
    open.retain(|own| !shown(own) && !could_be_tried.contains(own) && !waived(own));
    open
}
