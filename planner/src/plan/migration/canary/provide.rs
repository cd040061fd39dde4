//! A canary for each worker pool that has none, or what becomes of a pool in which none can be chosen.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::{Open, UNKNOWN, choice, has_alias, skips};
use crate::documents::names::MIGRATION_ANNOTATION;
use crate::journal::{Canaries, Canary, CanaryFailure, CanaryVerdict};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::migration::facts::Facts;
use crate::plan::pools::worker_pool;
use crate::plan::step::{Part, StepId};
use crate::plan::subnets::later_than;
use crate::plan::{Course, Finding, Reason};
use crate::snapshot::{Part as CloudPart, Parts, Pods, Reading};
use crate::text::listed;
use crate::vocabulary::{Milestone, VmRef, Word};

/// The most canaries of a worker pool of which nothing is known before it counts as one without evidence.
const TRIES: usize = 3;

/// Chooses a canary for each worker pool that has none, and says what becomes of those in which none can be chosen, or one may be cut off,
/// once no other one is being measured; continues if there is nothing to write or to read for it. Held, none is chosen.
pub(super) fn provide(
    context: Context<'_>,
    facts: &Facts<'_>,
    open: &[Open<'_>],
    measuring: bool,
    draft: &mut Draft,
) -> ControlFlow<()> {
    let canaries = &facts.journal.canaries;
    let pools: BTreeSet<&str> = open.iter().map(|(_, vm)| worker_pool(&vm.id.name)).collect();
    let hidden = canaries.tried.iter().filter(|canary| canary.verdict == Some(CanaryVerdict::Unseen));
    let hidden = hidden.filter(|canary| has_alias(context, facts, canary)).map(|canary| canary.pool.as_str());
    let pools: BTreeSet<&str> = pools.into_iter().chain(hidden).collect();
    let missing = pools.into_iter().filter(|pool| !canaries.allow(pool) && !canaries.measures(pool));
    let (mut choosing, mut without) = (BTreeSet::new(), Vec::new());
    for pool in missing {
        // Beside one that may be cut off already no other one is tried.
        if canaries.unseen(pool).next().is_some() {
            without.push(pool);
        } else if context.course == Course::Held {
            continue;
        } else if canaries.unknown(pool) < TRIES {
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
    let saw = why_unknown(context, canaries, &unknown);
    if context.asked.reported {
        draft.stuck(format!(
            "M5: whether an alias cuts nodes off cannot be seen in these worker pools, and what was reported as dual-stack is not taken \
             back: {} ({saw}); then say canary-again in the annotation {MIGRATION_ANNOTATION} of the Infrastructure, or skip-node-check to \
             go on without",
            listed(&unknown, ", ")
        ));
        return;
    }
    draft.state.lasting.canary_failed = Some(CanaryFailure {
        verdict: CanaryVerdict::Unknown,
        who: unknown.iter().map(|pool| (*pool).to_owned()).collect(),
        at: context.seen.at,
        saw,
        used_up: context.asked.said.shoot.say(Word::CanaryAgain),
    });
    draft.write_state(StepId::Migration(Milestone::Aliases, Part::Record), Reason::CanaryUnknown);
}

/// Why nothing is known of `pools`, in words.
fn why_unknown(context: Context<'_>, canaries: &Canaries, pools: &[&str]) -> String {
    let unseen = pools.iter().flat_map(|pool| canaries.unseen(pool));
    let unseen: BTreeSet<String> = unseen.map(|canary| canary.vm.to_string()).collect();
    if !unseen.is_empty() {
        return format!(
            "whether these nodes could be reached with their alias was not seen: {}; see to it that the shoot's API reaches its nodes",
            listed(&unseen, ", ")
        );
    }
    let pods = context.seen.shoot.pods.known().map(|pods| pods.all.as_slice()).unwrap_or_default();
    let vpn = pods.iter().filter(|pod| pod.vpn && pools.contains(&worker_pool(&pod.node)));
    let vpn: BTreeSet<&str> = vpn.map(|pod| pod.node.as_str()).collect();
    let left_out = match vpn.len() {
        0 => String::new(),
        _ => format!(
            "; never measured are those that run the VPN to the shoot, which all others are seen by, so one more node there would do: {}",
            listed(&vpn, ", ")
        ),
    };
    format!(
        "no node there has pods by which it can be measured, or what was measured of some showed nothing{left_out}"
    )
}
