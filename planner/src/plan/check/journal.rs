//! The journal: phases follow each other in one direction, nothing pending is lost, and instants are those of the snapshot.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use super::{entries, freeze, preflight, waits};
use crate::journal::{Journal, Phase};
use crate::plan::Course;
use crate::vocabulary::{Milestone, Purpose};

/// Judges a write of the journal during a migration. The end of a migration is judged in [`over`](super::over).
pub(super) fn write(evidence: &Evidence<'_>, after: &Journal) -> Judgement {
    let before = &evidence.seen.state.journal;
    let Journal { phase, overlap_before, settling, frozen_at, releasing, entries } = after;
    self::phase(evidence, before, after, *phase)?;
    entries::kept(evidence, entries)?;
    entries::added(evidence, entries, *phase)?;
    if before.phase != *phase {
        entries::whole(evidence, entries)?;
    }
    let begins = before.phase.is_none() && phase.is_some();
    let overlap = evidence.subnet(Purpose::Nodes).map(|subnet| subnet.overlap);
    let stood = if begins { overlap } else { before.overlap_before };
    Rule::OverlapBefore
        .demands(*overlap_before == stood, || "how the overlap flag stood would not be as it was read")?;
    waits::changed(evidence, after, *settling)?;
    self::frozen_at(evidence, before, after, *frozen_at)?;
    let kept = *releasing == before.releasing;
    // Without a freeze there is nothing that could be taken back, whatever hands wrote.
    let nothing_to_release = before.frozen_at.is_none();
    let over = !releasing && (nothing_to_release || frozen_at.is_none() || *phase == Some(Phase::Deleting));
    Rule::Releasing.demands(kept || over, || "whether a freeze is taken back is not for this plan to say")
}

fn phase(evidence: &Evidence<'_>, before: &Journal, after: &Journal, next: Option<Phase>) -> Judgement {
    let rule = Rule::Phase;
    match (before.phase, next) {
        (None, None) => Ok(()),
        (Some(before), Some(next)) if before == next => Ok(()),
        (None, Some(Phase::Preparing)) => {
            let pending = evidence.course == Course::Preparing { begun: false };
            rule.demands(pending && !after.entries.is_empty(), || "there is nothing to migrate")?;
            preflight::may_begin(evidence, &after.entries)
        }
        (Some(Phase::Preparing), Some(Phase::Deleting)) => no_return(evidence, after),
        (None, Some(Phase::Deleting | Phase::Undoing))
        | (Some(Phase::Preparing), Some(Phase::Undoing))
        | (Some(_), _) => {
            let name =
                |phase: Option<Phase>| phase.map_or_else(|| "none".to_owned(), |phase| phase.to_string());
            rule.demands(false, || format!("{} would become {}", name(before.phase), name(next)))
        }
    }
}

/// Judges the record of the point of no return: no later step needs a route any more, and nobody can make one.
fn no_return(evidence: &Evidence<'_>, after: &Journal) -> Judgement {
    let rule = Rule::NoReturn;
    let journal = &evidence.seen.state.journal;
    rule.demands(evidence.course == Course::Preparing { begun: true }, || "dual-stack is not wanted")?;
    rule.demands(!journal.releasing, || "a freeze is being taken back")?;
    let alone = *after == Journal { phase: Some(Phase::Deleting), ..journal.clone() };
    rule.demands(alone, || "it is recorded together with what nobody has looked at since")?;
    let flagged = evidence.subnet(Purpose::Nodes).is_some_and(|subnet| subnet.overlap);
    rule.demands(flagged && evidence.has_pod_range(), || "the nodes subnet lacks its pod range or its flag")?;
    let open = journal.entries.iter().find(|entry| !evidence.is_covered(entry));
    rule.demands(open.is_none(), || "a VM lacks its alias")?;
    rule.demands(!evidence.may_gain_routes(), || "routes may still be made")?;
    let settled = evidence.has_settled(Milestone::Settle, evidence.alias_settle());
    rule.demands(settled, || "the aliases may not have reached every host")
}

fn frozen_at(
    evidence: &Evidence<'_>,
    before: &Journal,
    after: &Journal,
    frozen_at: Option<jiff::Timestamp>,
) -> Judgement {
    if frozen_at == before.frozen_at {
        return Ok(());
    }
    let rule = Rule::FrozenAt;
    match frozen_at {
        // One in the future comes from a clock that was put back.
        Some(at) => {
            let anew = before.frozen_at.is_none_or(|before| before > evidence.seen.at);
            rule.demands(anew && at == evidence.seen.at, || format!("{at} is not the instant of the look"))?;
            freeze::freezes(evidence)
        }
        None => {
            let free = match evidence.seen.ccm.managed_resource {
                Some(resource) => !resource.ignore && !resource.remove_ignore,
                None => evidence.seen.ccm.replicas != Some(0),
            };
            let released = before.releasing && before.phase != Some(Phase::Deleting) && !after.releasing;
            rule.demands(released && free, || "the cloud-controller-manager is not given back yet")
        }
    }
}
