//! Canaries: where the shoot's own API shows pods, no node gets its alias before one of its worker pool was measured with it.

mod choice;
mod said;
mod verdict;
mod waiver;
mod witnesses;

use super::evidence::Evidence;
use super::pools::pool;
use super::rule::{Judgement, Rule};
use crate::journal::{Canaries, Canary, CanaryVerdict, Phase, State};
use crate::plan::Course;
use crate::snapshot::{Obstacle, Reading};
use crate::vocabulary::{VmRef, Word};
use choice::chosen;
use said::{bears, is_proven, says, skips};
use verdict::judged;
use waiver::{open, runs_proven_image, waived};

/// Demands that `vm` be a canary, or of a worker pool whose canary was proven, or that goes on without one; where none can be measured any
/// one is allowed, and so is one that is cut off without its alias.
pub(super) fn allow(evidence: &Evidence<'_>, vm: &VmRef) -> Judgement {
    let State { journal, unwritten, .. } = &evidence.seen.state;
    let stored = !unwritten;
    let decided = journal.phase == Some(Phase::Deleting) || !evidence.serves(vm);
    let canaries = &journal.canaries;
    let own = pool(vm);
    let is_canary = canaries.tried.iter().any(|canary| canary.vm == *vm && canary.verdict.is_none());
    let proven = canaries.tried.iter().any(|canary| canary.pool == own && is_proven(canary));
    let waived = canaries.waived.iter().any(|waived| waived == own);
    let allowed = decided || !measures(evidence) || stored && (is_canary || proven || waived);
    Rule::Canary.demands(allowed, || {
        format!("{vm} is no canary, and what its alias does was not seen on a node of {own}")
    })
}

/// A canary with its alias of which it is not known that this leaves it alone, nor that its worker pool goes on all the same.
pub(super) fn doubtful<'a>(evidence: &Evidence<'a>) -> Option<&'a Canary> {
    let canaries = &evidence.seen.state.journal.canaries;
    let goes_on = |own: &str| {
        let proven = canaries.tried.iter().any(|other| other.pool == own && is_proven(other));
        proven || canaries.waived.iter().any(|waived| waived == own)
    };
    let doubtful = |canary: &&Canary| match canary.verdict {
        None | Some(CanaryVerdict::Failed) => true,
        Some(CanaryVerdict::Unseen) => !goes_on(&canary.pool),
        Some(CanaryVerdict::Proven | CanaryVerdict::Unknown | CanaryVerdict::Gone) => false,
    };
    canaries.tried.iter().filter(|canary| bears(evidence, &canary.vm)).find(doubtful)
}

/// Whether canaries have to be measured: where Nodes or pods cannot be read, unless somebody says that they need not be, or no control plane
/// is there yet. Without access to pods beside Nodes that can be read there is nothing to measure.
fn measures(evidence: &Evidence<'_>) -> bool {
    let shoot = &evidence.seen.shoot;
    let begun = !evidence.seen.state.journal.canaries.is_empty();
    let asked = !matches!(shoot.nodes, Reading::Unread);
    let access = shoot.nodes.obstacle().is_some() || shoot.pods.obstacle() != Some(Obstacle::NoAccess);
    let unknown = shoot.nodes.obstacle().is_some() || shoot.pods.obstacle().is_some();
    let nobody = evidence.seen.has_no_api_yet();
    begun || asked && access && !nobody && !(unknown && says(evidence, Word::SkipNodeCheck))
}

/// Judges what the journal that is written says of canaries.
pub(super) fn changed(evidence: &Evidence<'_>, after: &Canaries) -> Judgement {
    let before = &evidence.seen.state.journal;
    let rule = Rule::CanaryRecord;
    if *after == before.canaries {
        return Ok(());
    }
    let forgotten = evidence.seen.state.lasting.canary_failed.is_some()
        && evidence.after().lasting.canary_failed.is_none();
    let turns =
        before.phase == Some(Phase::Undoing) && evidence.after().journal.phase == Some(Phase::Preparing);
    let asked = is_asked_again(evidence) && evidence.course == (Course::Preparing { begun: true });
    if turns || forgotten || asked {
        let again = |was: &Canary| Canary { since: evidence.seen.at, verdict: None, ..was.clone() };
        let stand = before.canaries.tried.iter().filter(|was| !turns && bears(evidence, &was.vm)).map(again);
        let anew = after.waived.is_empty() && stand.eq(after.tried.iter().cloned());
        return rule.demands(anew, || "what was seen before would count for another attempt");
    }
    let before_no_return = before.phase == Some(Phase::Preparing);
    rule.demands(before_no_return, || "canaries are of no concern on this way")?;
    let old = before.canaries.tried.len();
    rule.demands(after.tried.len() >= old, || "a canary would be forgotten")?;
    for (was, is) in before.canaries.tried.iter().zip(&after.tried) {
        let same = Canary { verdict: is.verdict, ..was.clone() } == *is;
        rule.demands(same, || format!("what is known of the canary {} would change", was.vm))?;
        if was.verdict != is.verdict {
            judged(evidence, was, is.verdict)?;
        }
    }
    after.tried.iter().skip(old).try_for_each(|canary| chosen(evidence, canary))?;
    waived(evidence, after)
}

/// Whether somebody asks for another measuring of canaries that were not proven, which comes before all else where no hold is said.
pub(super) fn is_asked_again(evidence: &Evidence<'_>) -> bool {
    let doubt =
        [CanaryVerdict::Failed, CanaryVerdict::Unknown, CanaryVerdict::Unseen, CanaryVerdict::Gone].map(Some);
    evidence.asked.said.infrastructure.say(Word::CanaryAgain)
        && evidence.seen.state.journal.canaries.tried.iter().any(|canary| doubt.contains(&canary.verdict))
}

/// Demands that the failure of canaries be recorded where it was seen, and forgotten where somebody asks for another attempt, or nobody for
/// dual-stack.
pub(super) fn failed(evidence: &Evidence<'_>, after: &State) -> Judgement {
    let (was, is) = (&evidence.seen.state.lasting.canary_failed, &after.lasting.canary_failed);
    let owner_says = evidence.asked.said.shoot.say(Word::CanaryAgain);
    let holds = match (was, is) {
        (was, is) if was == is => true,
        (Some(_), None) => !evidence.asked.dual_stack || evidence.target.dual_stack,
        (None, Some(failure)) => {
            let tried = &after.journal.canaries.tried;
            let fails = |canary: &&Canary| canary.verdict == Some(CanaryVerdict::Failed);
            let said = match failure.verdict {
                CanaryVerdict::Failed => {
                    let failed: Vec<String> =
                        tried.iter().filter(fails).map(|canary| canary.vm.to_string()).collect();
                    !failed.is_empty() && failed == failure.who
                }
                CanaryVerdict::Unknown => {
                    let asked = measures(evidence) && !skips(evidence);
                    let open = open(evidence);
                    let unknown =
                        |own: &String| open.contains(own.as_str()) && !runs_proven_image(evidence, own);
                    asked && !failure.who.is_empty() && failure.who.iter().all(unknown)
                }
                CanaryVerdict::Proven | CanaryVerdict::Unseen | CanaryVerdict::Gone => false,
            };
            let on_the_way = match evidence.course {
                Course::Preparing { begun: true } | Course::Held => !evidence.asked.reported,
                Course::Preparing { begun: false }
                | Course::Leaving
                | Course::Announced
                | Course::Committed
                | Course::Undoing
                | Course::Back(_)
                | Course::Rests(_)
                | Course::Steady => false,
            };
            said && on_the_way && failure.at == evidence.seen.at && failure.used_up == owner_says
        }
        (Some(was), Some(is)) => {
            let mut unused = was.clone();
            unused.used_up = false;
            !owner_says && *is == unused
        }
        (None, None) => true,
    };
    Rule::CanaryRecord.demands(holds, || "that a canary failed would be lost or made up")
}
