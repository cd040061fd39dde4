//! The canary of M5: in each worker pool one node gets its alias before all others, and is measured with it, as a guest agent that takes the
//! alias for its own would cut it off. The others follow once each pool has a canary that was proven, or goes on without one.
//!
//! What is measured is an observation: the looks are in the snapshot, and [`verdict`] says what they show. Node, pods and control are in
//! the journal before the alias is set.

mod choice;
mod judge;
mod provide;
mod verdict;

pub use choice::asked;

use super::facts::Facts;
use crate::documents::names::MIGRATION_ANNOTATION;
use crate::journal::{Canaries, Canary, CanaryVerdict, Entry};
use crate::plan::Reason;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::pools::worker_pool;
use crate::plan::step::{Part, StepId};
use crate::snapshot::{Obstacle, Reading, Vm};
use crate::text::listed;
use crate::vocabulary::{Milestone, VmRef, Word};
use judge::judge;
use provide::provide;

/// The rule of a finding about what could not be measured.
const UNKNOWN: &str = "canary-unknown";

/// What is to be done about a guest agent that takes aliases, in words.
pub(super) const AGENT: &str = "its guest agent takes alias ranges for its own: restart google-guest-agent, or on images that run it \
                                google-guest-agent-manager, on all nodes of such images, or replace the nodes";

/// An entry whose alias is still to be set, with its VM.
type Open<'a> = (&'a Entry, &'a Vm);

/// Which of the VMs that lack their alias may get it now.
pub(super) enum Admitted<'a> {
    /// All of them, in the order of worker pools and waves.
    All(Vec<Open<'a>>),
    /// The canaries, and those that lose nothing.
    Canaries(Vec<Open<'a>>),
    /// None: something is written or waited for first.
    None,
}

/// Admits those of `open` that may get their alias now. Where Nodes or pods cannot be read, they are waited for; only if somebody says that
/// nodes need not be checked, no canary is measured then: all are admitted, and the settle time alone is what there is.
pub(super) fn admit<'a>(
    context: Context<'_>,
    facts: &Facts<'_>,
    open: Vec<Open<'a>>,
    draft: &mut Draft,
) -> Admitted<'a> {
    if !counts(context, facts) {
        return Admitted::All(open);
    }
    // Whoever is cut off already loses nothing by an alias, and a VM without a Node serves nobody.
    let is_idle = |vm: &Vm| facts.nodes.lack(&vm.id) || !facts.is_served(&vm.id);
    let (idle, open): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, vm)| is_idle(vm));
    let canaries = &facts.journal.canaries;
    let mut next = canaries.clone();
    let measuring = judge(context, facts, &open, &mut next, draft);
    if next != *canaries {
        let changed = next.tried.iter().zip(&canaries.tried).filter(|(is, was)| is.verdict != was.verdict);
        let verdict = |canary: &Canary| canary.verdict.map_or("", CanaryVerdict::as_str);
        let what = listed(changed.map(|(is, _)| format!("{} is {}", is.vm, verdict(is))), ", ");
        draft.state.journal.canaries = next;
        let why = Reason::CanaryJudged { what };
        draft.write_state(StepId::Migration(Milestone::Aliases, Part::Record), why);
        return Admitted::None;
    }
    let stands =
        |canary: &&Canary| canary.verdict == Some(CanaryVerdict::Failed) && has_alias(context, facts, canary);
    if let Some(failed) = canaries.tried.iter().find(stands) {
        draft.stuck(format!(
            "M5: the canary {} was cut off with its alias, and what was reported as dual-stack is not taken back: {AGENT}; then say \
             canary-again in the annotation {MIGRATION_ANNOTATION} of the Infrastructure, or replace this node",
            failed.vm
        ));
        return Admitted::None;
    }
    let is_due = |vm: &VmRef| canaries.open().any(|canary| canary.vm == *vm);
    let due: Vec<Open<'a>> = open.iter().copied().filter(|(entry, _)| is_due(&entry.vm)).collect();
    if !due.is_empty() {
        // One that joined may get its route at any moment: it would be cut off beside the canary.
        let elsewhere = idle.into_iter().filter(|(_, vm)| !canaries.measures(worker_pool(&vm.id.name)));
        return Admitted::Canaries(due.into_iter().chain(elsewhere).collect());
    }
    if provide(context, facts, &open, measuring, draft).is_break() || measuring {
        return Admitted::None;
    }
    // Held, those of a pool without a canary keep their routes alone.
    let allowed = open.into_iter().filter(|(_, vm)| canaries.allow(worker_pool(&vm.id.name)));
    Admitted::All(allowed.chain(idle).collect())
}

/// Whether something is still to come of canaries, also where every node has its alias already: they may be all the nodes that there are.
pub(super) fn is_pending(context: Context<'_>, facts: &Facts<'_>) -> bool {
    let canaries = &facts.journal.canaries;
    let pending = |canary: &Canary| match canary.verdict {
        None => true,
        Some(CanaryVerdict::Failed) => has_alias(context, facts, canary),
        Some(CanaryVerdict::Unseen) => !canaries.allow(&canary.pool) && has_alias(context, facts, canary),
        Some(CanaryVerdict::Proven | CanaryVerdict::Unknown | CanaryVerdict::Gone) => false,
    };
    !facts.deleting() && canaries.tried.iter().any(pending)
}

/// Whether the VM of `canary` has its alias, as read back.
fn has_alias(context: Context<'_>, facts: &Facts<'_>, canary: &Canary) -> bool {
    let vm = context.seen.cloud.vm(&canary.vm);
    vm.is_some_and(|vm| facts.entries.ranges(&canary.vm).any(|range| vm.bears(range)))
}

/// Whether somebody asks for another measuring of canaries that were not proven, where it is not recorded that this ends the migration: not
/// yet, or not at all, as the shoot was reported as dual-stack. The word on the Shoot is about the attempt as a whole, as it stays.
pub(super) fn is_asked_again(context: Context<'_>, facts: &Facts<'_>) -> bool {
    context.asked.said.infrastructure.say(Word::CanaryAgain)
        && facts.journal.canaries.tried.iter().any(Canary::is_in_doubt)
}

/// The canaries with which an attempt goes on that somebody asks for: those whose aliases still stand, to be measured once more.
pub(super) fn anew(context: Context<'_>, facts: &Facts<'_>) -> Canaries {
    let stands = |canary: &&Canary| has_alias(context, facts, canary);
    let again = |canary: &Canary| Canary { since: context.seen.at, verdict: None, ..canary.clone() };
    let tried = facts.journal.canaries.tried.iter().filter(stands).map(again).collect();
    Canaries { tried, waived: Vec::new() }
}

/// Whether canaries are measured: before the point of no return, unless Nodes or pods cannot be read and somebody says that they need not
/// be. What was begun is measured to its end.
fn counts(context: Context<'_>, facts: &Facts<'_>) -> bool {
    let shoot = &context.seen.shoot;
    let measures = match (&shoot.nodes, &shoot.pods) {
        // There is no VM of the shoot's, or nothing but its Nodes is known of.
        (Reading::Unread, _) | (Reading::Known(_), Reading::Unknown(Obstacle::NoAccess)) => false,
        (Reading::Unknown(_), _) | (Reading::Known(_), Reading::Unknown(_)) => !skips(context),
        (Reading::Known(_), Reading::Unread | Reading::Known(_)) => true,
    };
    !facts.deleting() && (measures || !facts.journal.canaries.is_empty())
}

/// Whether nodes need not be checked: somebody says so, or there is nobody to ask yet.
fn skips(context: Context<'_>) -> bool {
    context.asked.said.say(Word::SkipNodeCheck) || context.seen.has_no_api_yet()
}
