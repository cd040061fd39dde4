//! The canary of M5: in each worker pool one node gets its alias before all others, and is measured with it, as a guest agent that takes the
//! alias for its own would cut it off. The others follow once each pool has a canary that was proven, or goes on without one.
//!
//! What is measured is an observation: the looks are in the snapshot, and [`verdict`] says what they show. Node, pods and control are in
//! the journal before the alias is set.

mod choice;
mod verdict;

pub use choice::asked;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::facts::Facts;
use crate::documents::names::MIGRATION_ANNOTATION;
use crate::journal::{Canaries, Canary, CanaryFailure, CanaryVerdict, Entry};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::pools::worker_pool;
use crate::plan::step::{Part, StepId};
use crate::plan::subnets::later_than;
use crate::plan::{Course, Finding, Reason};
use crate::snapshot::{Obstacle, Part as CloudPart, Parts, Pods, Reading, Vm};
use crate::text::listed;
use crate::vocabulary::{Milestone, VmRef, Word};
use verdict::{Shown, shown};

/// The most canaries of a worker pool of which nothing is known before it counts as one without evidence.
const TRIES: usize = 3;

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
            "M5: the canary {} was cut off with its alias, and what was reported as dual-stack is not taken back: {AGENT}; then replace this \
             node",
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
    if context.course != Course::Held && provide(context, facts, &open, measuring, draft).is_break()
        || measuring
    {
        return Admitted::None;
    }
    // Held, those of a pool without a canary keep their routes alone.
    let allowed = open.into_iter().filter(|(_, vm)| canaries.allow(worker_pool(&vm.id.name)));
    Admitted::All(allowed.chain(idle).collect())
}

/// Chooses a canary for each worker pool that has none, and says what becomes of those in which none can be chosen once no other one is
/// being measured; continues if there is nothing to write or to read for it.
fn provide(
    context: Context<'_>,
    facts: &Facts<'_>,
    open: &[Open<'_>],
    measuring: bool,
    draft: &mut Draft,
) -> ControlFlow<()> {
    let canaries = &facts.journal.canaries;
    let pools: BTreeSet<&str> = open.iter().map(|(_, vm)| worker_pool(&vm.id.name)).collect();
    let missing = pools.into_iter().filter(|pool| !canaries.allow(pool) && !canaries.measures(pool));
    let (mut choosing, mut without) = (BTreeSet::new(), Vec::new());
    for pool in missing {
        // Beside one that may be cut off already no other one is tried.
        if canaries.unknown(pool) < TRIES && canaries.unseen(pool).next().is_none() {
            choosing.insert(pool);
        } else {
            without.push(pool);
        }
    }
    if !choosing.is_empty() {
        let pods = match pods(context, draft) {
            Choice::Waits => return ControlFlow::Break(()),
            Choice::Without => None,
            Choice::Among(pods) => Some(pods),
        };
        let vms = || open.iter().map(|(_, vm)| *vm);
        let tried: BTreeSet<&VmRef> = canaries.tried.iter().map(|canary| &canary.vm).collect();
        let candidates = pods.map(|pods| choice::candidates(vms(), context.seen, pods, context.settings));
        let chosen = choice::choose(&choosing, &candidates.unwrap_or_default(), &tried, context.seen.at);
        if !chosen.is_empty() {
            let who = listed(chosen.iter().map(|canary| &canary.vm), ", ");
            draft.state.journal.canaries.tried.extend(chosen);
            let why = Reason::CanaryChosen { who };
            draft.write_state(StepId::Migration(Milestone::Aliases, Part::Record), why);
            return ControlFlow::Break(());
        }
        if measuring {
            return ControlFlow::Continue(());
        }
        let awaited =
            pods.map(|pods| choice::awaited(&choosing, vms(), &tried, context.seen, pods, context.settings));
        let awaited = awaited.unwrap_or_default();
        if let Some(first) = awaited.values().min() {
            draft.wait_for(
                (*first).max(later_than(context, context.settings.look_again)),
                format!(
                    "pods in these worker pools to have been ready for {} s, so that a canary can be measured by them: {}",
                    context.settings.canary_pod_age.as_secs(),
                    listed(awaited.keys(), ", ")
                ),
                Parts::from([CloudPart::Traffic]),
            );
            return ControlFlow::Break(());
        }
        without.extend(choosing);
    }
    if without.is_empty() || measuring {
        return ControlFlow::Continue(());
    }
    go_on_without(context, facts, &without, draft);
    ControlFlow::Break(())
}

/// Whether the VM of `canary` has its alias, as read back.
fn has_alias(context: Context<'_>, facts: &Facts<'_>, canary: &Canary) -> bool {
    let vm = context.seen.cloud.vm(&canary.vm);
    vm.is_some_and(|vm| facts.entries.ranges(&canary.vm).any(|range| vm.bears(range)))
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

/// The pods, among which canaries are chosen.
enum Choice<'a> {
    /// The pods that can be chosen among.
    Among(&'a Pods),
    /// No pods: Nodes or pods cannot be read, and need not be.
    Without,
    /// No pods yet, and they are waited for.
    Waits,
}

/// The pods, among which canaries are chosen, if Nodes and pods can be read.
fn pods<'a>(context: Context<'a>, draft: &mut Draft) -> Choice<'a> {
    let shoot = &context.seen.shoot;
    let obstacle = shoot.nodes.obstacle().or(shoot.pods.obstacle());
    let what = match (obstacle, &shoot.pods) {
        (Some(_), _) if skips(context) => return Choice::Without,
        (None, Reading::Known(pods)) => return Choice::Among(pods),
        (None, Reading::Unread | Reading::Unknown(_)) => {
            "the pods of the shoot, among which canaries are chosen".to_owned()
        }
        (Some(obstacle), _) => format!(
            "the shoot's Nodes and pods, by which a canary of each worker pool is chosen and measured, cannot be read: {obstacle}; put \
             that right, or say skip-node-check in the annotation {MIGRATION_ANNOTATION}"
        ),
    };
    let traffic = Parts::from([CloudPart::Traffic]);
    draft.wait_for(later_than(context, context.settings.look_again), what, traffic);
    Choice::Waits
}

/// Judges the canaries that are being measured, and changes `next` by it; returns whether one still is. What failed is recorded in the
/// state, because of which the migration is taken back.
fn judge(
    context: Context<'_>,
    facts: &Facts<'_>,
    open: &[Open<'_>],
    next: &mut Canaries,
    draft: &mut Draft,
) -> bool {
    let (mut failed, mut waits, mut parts) = (Vec::new(), Vec::new(), Parts::new());
    for canary in next.tried.iter_mut().filter(|canary| canary.verdict.is_none()) {
        if !has_alias(context, facts, canary) {
            let can_have_it = open.iter().any(|(entry, _)| entry.vm == canary.vm);
            canary.verdict = (!can_have_it).then_some(CanaryVerdict::Gone);
            continue;
        }
        match shown(canary, &context.seen.shoot.window, context.settings) {
            Shown::Measuring(seconds, of) => waits.push(format!("{} ({seconds} of {of} s)", canary.vm)),
            Shown::Blind(why) => {
                // Its VM may be gone.
                parts.insert(CloudPart::Traffic);
                waits.push(format!("{} (begun anew as soon as this is over: {why})", canary.vm))
            }
            Shown::Proven => canary.verdict = Some(CanaryVerdict::Proven),
            Shown::Unknown(why) => {
                canary.verdict = Some(CanaryVerdict::Unknown);
                draft
                    .findings
                    .push(Finding::warn(UNKNOWN, format!("the canary {} shows nothing: {why}", canary.vm)));
            }
            Shown::Unseen(why) => {
                canary.verdict = Some(CanaryVerdict::Unseen);
                draft.findings.push(Finding::warn(
                    UNKNOWN,
                    format!("the canary {} may be cut off, and cannot be seen: {why}", canary.vm),
                ));
            }
            Shown::Failed(saw) => {
                canary.verdict = Some(CanaryVerdict::Failed);
                failed.push((canary.vm.to_string(), saw));
            }
        }
    }
    if !failed.is_empty() && !context.asked.reported {
        draft.state.lasting.canary_failed = Some(failure(context, failed));
    }
    if waits.is_empty() {
        return false;
    }
    // While pods can be looked at, nothing else is read.
    draft.wait_for(
        later_than(context, context.settings.canary_interval),
        format!("a canary of each worker pool is measured with its alias: {}", listed(&waits, ", ")),
        parts,
    );
    true
}

/// The record of the canaries that `failed`, each with what was seen.
fn failure(context: Context<'_>, failed: Vec<(String, String)>) -> CanaryFailure {
    let saw = match failed.as_slice() {
        [(_, saw)] => saw.clone(),
        several => listed(several.iter().map(|(vm, saw)| format!("{vm}: {saw}")), "; "),
    };
    CanaryFailure {
        verdict: CanaryVerdict::Failed,
        who: failed.into_iter().map(|(vm, _)| vm).collect(),
        at: context.seen.at,
        saw,
        used_up: context.asked.said.shoot.say(Word::CanaryAgain),
    }
}

/// Lets the pools `without` a canary go on if a proven pool runs the same image, or somebody says so; else it is recorded that nothing is
/// known of them, because of which the migration is taken back.
fn go_on_without(context: Context<'_>, facts: &Facts<'_>, without: &[&str], draft: &mut Draft) {
    let canaries = &facts.journal.canaries;
    let images = |wanted: &dyn Fn(&str) -> bool| -> BTreeSet<&str> {
        let nodes = context.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
        nodes.iter().filter(|node| wanted(&node.name)).map(|node| node.image.as_str()).collect()
    };
    let is_proven = |canary: &Canary| canary.verdict == Some(CanaryVerdict::Proven);
    let proven =
        images(&|name| canaries.tried.iter().any(|canary| is_proven(canary) && *canary.vm.name == *name));
    let is_known = |pool: &str| {
        let own = images(&|name| worker_pool(name) == pool);
        // A Node of which not even the name can be read may be one of the pool.
        let all = !own.is_empty() && !facts.nodes.has_nameless();
        all && own.iter().all(|image| !image.is_empty() && proven.contains(image))
    };
    // Where somebody else has begun, some may be cut off already: what cannot be known does not keep it from being finished.
    let of_another = facts.journal.made.is_none();
    let skips = skips(context) || of_another;
    let (go_on, unknown): (Vec<&str>, Vec<&str>) =
        without.iter().copied().partition(|pool| skips || is_known(pool));
    if unknown.is_empty() {
        draft.findings.push(Finding::warn(
            UNKNOWN,
            format!(
                "no node of these worker pools could be measured with its alias, and they go on because {}: {}",
                if of_another {
                    "another controller has begun to migrate them"
                } else if skips {
                    "skip-node-check is said"
                } else {
                    "one that was proven runs the same image"
                },
                listed(&go_on, ", ")
            ),
        ));
        draft.state.journal.canaries.waived.extend(go_on.into_iter().map(str::to_owned));
        draft.write_state(StepId::Migration(Milestone::Aliases, Part::Record), Reason::CanaryWaived);
        return;
    }
    draft.state.lasting.canary_failed = Some(CanaryFailure {
        verdict: CanaryVerdict::Unknown,
        who: unknown.iter().map(|pool| (*pool).to_owned()).collect(),
        at: context.seen.at,
        saw: why_unknown(canaries, &unknown),
        used_up: context.asked.said.shoot.say(Word::CanaryAgain),
    });
    draft.write_state(StepId::Migration(Milestone::Aliases, Part::Record), Reason::CanaryUnknown);
}

/// Why nothing is known of `pools`, in words.
fn why_unknown(canaries: &Canaries, pools: &[&str]) -> String {
    let unseen = pools.iter().flat_map(|pool| canaries.unseen(pool));
    let unseen: BTreeSet<String> = unseen.map(|canary| canary.vm.to_string()).collect();
    if unseen.is_empty() {
        "no node there has pods by which it can be measured, or what was measured of some showed nothing"
            .to_owned()
    } else {
        format!(
            "whether these nodes could be reached with their alias was not seen: {}; see to it that the shoot's API reaches its nodes",
            listed(&unseen, ", ")
        )
    }
}
