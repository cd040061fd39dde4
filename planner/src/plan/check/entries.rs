//! The journal's entries: none is lost before it is resolved, and each that is new is a route that was seen.

use ipnet::Ipv4Net;

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::journal::{Entries, Entry, Phase};
use crate::vocabulary::VmRef;

/// Demands that the entries of before be kept as they were, unless they are resolved, or the routes say otherwise.
pub(super) fn kept(evidence: &Evidence<'_>, after: &Entries) -> Judgement {
    let rule = Rule::EntriesKept;
    let before = &evidence.seen.state.journal.entries;
    let lost = before.iter().find(|entry| {
        !after.contains(&entry.vm, entry.range)
            && !is_resolved(evidence, entry)
            && !is_stale(evidence, &entry.vm, entry.range)
    });
    rule.demands(lost.is_none(), || match lost {
        Some(entry) => format!("{} of {} would be lost", entry.range, entry.vm),
        None => String::new(),
    })?;
    let stay = before.iter().filter(|entry| after.contains(&entry.vm, entry.range));
    let staying: Vec<&Entry> = stay.collect();
    let first: Vec<&Entry> = after.iter().take(staying.len()).collect();
    rule.demands(first == staying, || "what is known of an entry, or the order of entries, would change")
}

/// Demands that new entries be routes of the shoot's own to its pods, or ranges of its Nodes, and belong to a migration.
pub(super) fn added(evidence: &Evidence<'_>, after: &Entries, phase: Option<Phase>) -> Judgement {
    let before = &evidence.seen.state.journal.entries;
    let invented = after.iter().find(|entry| {
        let is_new = !before.contains(&entry.vm, entry.range);
        let is_known = evidence.pods.has_route(&entry.vm, entry.range) || is_bare_node(evidence, entry);
        is_new && !(phase.is_some() && is_known && entry.other.is_empty())
    });
    Rule::EntriesAdded.demands(invented.is_none(), || match invented {
        Some(entry) => {
            format!("no route that is migrated leads to {} on {}, and no Node has it", entry.range, entry.vm)
        }
        None => String::new(),
    })
}

/// Whether a Node has the range of `entry`, and its VM does not bear it.
fn is_bare_node(evidence: &Evidence<'_>, entry: &Entry) -> bool {
    let said = evidence.nodes.range(&entry.vm) == Some(entry.range);
    said && !evidence.pods.bears(&entry.vm, entry.range)
}

/// Demands that every route that will be replaced, and every Node without its alias, be listed.
pub(super) fn whole(evidence: &Evidence<'_>, after: &Entries) -> Judgement {
    let ranges = evidence.nodes.ranges().iter();
    let mut bare = ranges.filter(|(vm, range)| !evidence.pods.bears(vm, **range));
    let left_out = bare.find(|(vm, range)| !after.contains(vm, **range));
    Rule::JournalWhole.demands(left_out.is_none(), || match left_out {
        Some((vm, range)) => format!("the range {range} of node {vm} is not in the journal"),
        None => String::new(),
    })?;
    let unlisted = evidence.pods.routes.iter().find(|(_, route)| !after.contains(route.vm, route.range));
    Rule::JournalWhole.demands(unlisted.is_none(), || match unlisted {
        Some((name, _)) => format!("route {name} is not in the journal"),
        None => String::new(),
    })
}

/// Whether nothing is left to do for an entry: its route is gone, and its alias was read back or its VM is gone too.
fn is_resolved(evidence: &Evidence<'_>, entry: &Entry) -> bool {
    evidence.seen.state.journal.phase == Some(Phase::Deleting)
        && !evidence.pods.has_route(&entry.vm, entry.range)
        && evidence.is_covered(entry)
}

/// Whether live routes say that `range` does not belong to `vm`, whatever was written down. As long as no route is deleted they
/// know better; Nodes know better than they.
pub(super) fn is_stale(evidence: &Evidence<'_>, vm: &VmRef, range: Ipv4Net) -> bool {
    let Evidence { pods, nodes, .. } = evidence;
    let by_routes = pods.contradict(vm, range) && nodes.range(vm) != Some(range);
    let by_nodes = nodes.deny(vm, range) && !pods.has_route(vm, range);
    evidence.seen.state.journal.phase != Some(Phase::Deleting) && (by_routes || by_nodes)
}
