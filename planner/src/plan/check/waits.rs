//! Waits: each is counted from the snapshot that showed an effect complete, and anew as soon as it is not complete any more.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::journal::{Entry, Journal, Phase, Settling};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose};

/// Judges the wait in the journal that is written, given the wait in the stored journal.
pub(super) fn changed(evidence: &Evidence<'_>, after: &Journal, next: Option<Settling>) -> Judgement {
    let before = &evidence.seen.state.journal;
    let more = after.entries.iter().any(|entry| !before.entries.contains(&entry.vm, entry.range));
    let counted = next.is_some_and(|next| next.step >= Milestone::Settle);
    Rule::Settling
        .demands(!more || !counted, || "what was waited for until now would count for new entries too")?;
    match (before.settling, next) {
        (before, next) if before == next => Ok(()),
        // On the way back, and where it turns, each look decides for itself.
        (Some(_), None) if evidence.makes_way() => Ok(()),
        (Some(waited), None) => {
            let unflagged = evidence.subnet(Purpose::Nodes).is_some_and(|nodes| !nodes.overlap)
                && !evidence.pods.routes.is_empty();
            let uncovered = waited.step >= Milestone::Settle && (more || !covered(evidence, after));
            Rule::Settling.demands(unflagged || uncovered, || {
                format!("the effect of {} is still complete", waited.step)
            })
        }
        (_, Some(next)) => begun(evidence, after, next),
        (None, None) => Ok(()),
    }
}

/// Judges a wait that begins with this snapshot.
fn begun(evidence: &Evidence<'_>, after: &Journal, next: Settling) -> Judgement {
    let rule = Rule::Settling;
    let before = &evidence.seen.state.journal;
    let Settling { step, since } = next;
    rule.demands(since == evidence.seen.at, || format!("{since} is not the instant of the look"))?;
    // An instant in the future comes from a clock that was put back.
    let passed = |waited: &Settling| match before.phase {
        Some(Phase::Deleting) => waited.step > step,
        Some(Phase::Preparing | Phase::Undoing) | None => false,
    };
    let counts = |waited: &Settling| waited.step == step && waited.since <= evidence.seen.at;
    let anew = before.settling.is_none_or(|waited| !counts(&waited) && !passed(&waited));
    rule.demands(anew, || format!("{step} is waited for already, or over"))?;
    let recorded = before.phase.is_some() || evidence.course.goes_back();
    let complete = recorded && complete(evidence, after, step);
    rule.demands(complete, || format!("the effect of {step} was not seen complete"))
}

/// Whether the effect of a step was seen complete. Most steps have no effect that is waited for.
fn complete(evidence: &Evidence<'_>, after: &Journal, step: Milestone) -> bool {
    let Some(nodes) = evidence.subnet(Purpose::Nodes) else { return false };
    match step {
        Milestone::OverlapOn => {
            nodes.overlap && !nodes.secondary.iter().any(|range| range.name == POD_RANGE_NAME)
        }
        Milestone::Settle => covered(evidence, after) && evidence.has_pod_range(),
        Milestone::DeleteRoutes => {
            let before = &evidence.seen.state.journal;
            let is_gone = |entry: &Entry| !evidence.pods.has_route(&entry.vm, entry.range);
            before.phase == Some(Phase::Deleting) && before.entries.iter().any(is_gone)
        }
        Milestone::RoutesStand => evidence.makes_way() && nodes.overlap,
        // It is given back, and makes the routes that are waited for.
        Milestone::Release => evidence.makes_way() && evidence.may_make_routes(),
        Milestone::SettleBack => {
            evidence.seen.state.journal.phase == Some(Phase::Undoing) && evidence.course.goes_back()
        }
        Milestone::OverlapBack => {
            evidence.course.goes_back()
                && nodes.overlap
                && !evidence.has_pod_range()
                && evidence.route_inside(nodes).is_none()
        }
        Milestone::OverlapOff => {
            nodes.overlap
                && covered(evidence, after)
                && evidence.pods.routes.is_empty()
                && evidence.route_inside(nodes).is_none()
        }
        Milestone::Detect
        | Milestone::Preflight
        | Milestone::Journal
        | Milestone::Ipv6First
        | Milestone::SecondaryRange
        | Milestone::Aliases
        | Milestone::Freeze
        | Milestone::LookAgain
        | Milestone::Recheck
        | Milestone::Ipv6
        | Milestone::Report
        | Milestone::RecordUndo
        | Milestone::AliasesOff
        | Milestone::RangeOff
        | Milestone::AsBefore => false,
    }
}

fn covered(evidence: &Evidence<'_>, journal: &Journal) -> bool {
    journal.entries.iter().all(|entry| evidence.is_covered(entry))
}
