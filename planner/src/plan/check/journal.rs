//! The journal: phases follow each other in one direction, nothing pending is lost, and instants are those of the snapshot.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use super::{back, entries, freeze, preflight, waits};
use crate::journal::{Before, Journal, Made, Phase};
use crate::plan::Course;
use crate::snapshot::StackType;
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose};

/// Judges a write of the journal during a migration. The end of a migration is judged in [`over`](super::over).
pub(super) fn write(evidence: &Evidence<'_>, after: &Journal) -> Judgement {
    let before = &evidence.seen.state.journal;
    let Journal {
        phase,
        overlap_before,
        settling,
        frozen_at,
        releasing,
        made,
        flag_first,
        canaries,
        entries,
    } = after;
    self::phase(evidence, before, after, *phase)?;
    entries::kept(evidence, entries)?;
    entries::added(evidence, entries, *phase)?;
    let begins = before.phase.is_none() && *phase == Some(Phase::Preparing);
    // On the way back no route goes, and where it turns the first step forward lists what is new.
    let no_return = before.phase != *phase && *phase == Some(Phase::Deleting);
    if begins || no_return {
        entries::whole(evidence, entries)?;
    }
    self::made(evidence, before, begins, made.as_ref())?;
    let refused = *flag_first && !before.flag_first && is_dual_without_flag(evidence, before);
    Rule::OverlapBefore.demands(
        *flag_first == before.flag_first || refused,
        || "whether the flag comes before IPv6 would change without a reason",
    )?;
    super::canaries::changed(evidence, canaries)?;
    let overlap = evidence.subnet(Purpose::Nodes).map(|subnet| subnet.overlap);
    // A way back puts the flag on before anything else of it is recorded.
    let nodes_lack_flag = evidence.course.goes_back() && overlap == Some(false);
    let stood = match before.overlap_before {
        None if begins => overlap,
        None if nodes_lack_flag && overlap_before.is_some() => Some(false),
        stood => stood,
    };
    Rule::OverlapBefore
        .demands(*overlap_before == stood, || "how the overlap flag stood would not be as it was read")?;
    waits::changed(evidence, after, *settling)?;
    self::frozen_at(evidence, before, after, *frozen_at)?;
    let kept = *releasing == before.releasing;
    // Without a freeze there is nothing that could be taken back, whatever hands wrote.
    let nothing_to_release = before.frozen_at.is_none();
    let over = !releasing && (nothing_to_release || frozen_at.is_none() || *phase == Some(Phase::Deleting));
    let stray = freeze::is_of_nobody(evidence, after);
    let takes_back = *releasing && (stray || before.frozen_at.is_some() && may_release(evidence));
    Rule::Releasing
        .demands(kept || over || takes_back, || "whether a freeze is taken back is not for this plan to say")
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
        (None | Some(Phase::Preparing), Some(Phase::Undoing)) => back::undo(evidence, after),
        (Some(Phase::Undoing), Some(Phase::Preparing)) => back::forward_again(evidence, after),
        (None, Some(Phase::Deleting)) | (Some(_), _) => {
            let name =
                |phase: Option<Phase>| phase.map_or_else(|| "none".to_owned(), |phase| phase.to_string());
            rule.demands(false, || format!("{} would become {}", name(before.phase), name(next)))
        }
    }
}

/// How the subnets stood is recorded with the start, and stays as it is.
fn made(evidence: &Evidence<'_>, before: &Journal, begins: bool, after: Option<&Made>) -> Judgement {
    let rule = Rule::OverlapBefore;
    if !begins {
        return rule.demands(before.made.as_ref() == after, || "how the subnets stood before would change");
    }
    let nodes = evidence.subnet(Purpose::Nodes);
    let gives_ipv6 =
        nodes.is_some_and(|nodes| nodes.secondary.iter().all(|range| range.name != POD_RANGE_NAME));
    rule.demands(
        after.is_some() == gives_ipv6,
        || "it is not said how the subnets stood, or cannot be known",
    )?;
    let Some(after) = after else { return Ok(()) };
    let stood = Purpose::ALL.into_iter().all(|purpose| {
        let wanted = evidence.target.subnet(purpose).is_some();
        let seen = match evidence.subnet(purpose) {
            None => Before::Absent,
            Some(subnet) if subnet.stack == StackType::Ipv4 => Before::Ipv4,
            Some(_) => Before::Dual,
        };
        after.before(purpose) == wanted.then_some(seen)
    });
    rule.demands(stood, || "how the subnets stood would not be as it was read")
}

/// Whether the nodes subnet has the IPv6 range that the migration gave it, and neither flag nor pod range yet.
fn is_dual_without_flag(evidence: &Evidence<'_>, before: &Journal) -> bool {
    let gave = match before.made.as_ref().and_then(|made| made.before(Purpose::Nodes)) {
        Some(Before::Ipv4) => true,
        Some(Before::Dual) => !evidence.asked.reported,
        Some(Before::Absent) | None => false,
    };
    let nodes = evidence.subnet(Purpose::Nodes);
    let dual = nodes.is_some_and(|nodes| nodes.stack == StackType::DualExternal && !nodes.overlap);
    evidence.course == Course::Preparing { begun: true } && gave && dual && !evidence.has_pod_range()
}

/// Whether a freeze is taken back on this course because of what it is.
fn may_release(evidence: &Evidence<'_>) -> bool {
    match evidence.course {
        Course::Announced | Course::Undoing | Course::Back(_) | Course::Held | Course::Rests(_) => true,
        Course::Steady => !evidence.asked.dual_stack,
        Course::Leaving | Course::Committed | Course::Preparing { .. } => false,
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
    let doubtful = super::canaries::doubtful(evidence);
    rule.demands(doubtful.is_none(), || match doubtful {
        Some(canary) => format!("whether its alias cuts the canary {} off is not known", canary.vm),
        None => String::new(),
    })?;
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
            if freeze::is_of_nobody(evidence, after) { Ok(()) } else { freeze::freezes(evidence) }
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
