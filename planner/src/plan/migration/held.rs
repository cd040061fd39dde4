//! A migration that rests: begun and held, or not begun at all. Every node keeps what serves it.

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};

use super::back;
use super::canary::AGENT;
use super::facts::Facts;
use super::protocol::Protocol;
use super::remedy::IPV4;
use super::{aliases, forward, prepare};
use crate::journal::CanaryVerdict;
use crate::plan::context::Context;
use crate::plan::course::RestCause;
use crate::plan::draft::Draft;
use crate::plan::{Blame, Course, Progress};
use crate::text::listed;
use crate::vocabulary::{Milestone, Word};

/// The steps of a migration that is held: a frozen cloud-controller-manager is released, room is made for routes that are refused, and
/// new nodes get their aliases.
pub(super) const HELD: Protocol = Protocol {
    steps: &[
        (Milestone::Release, back::release),
        (Milestone::RoutesStand, make_room),
        (Milestone::Journal, prepare::journal),
        (Milestone::Aliases, aliases::of_new_nodes),
    ],
    ..forward::PREPARING
};

/// Gardener's code for an error that somebody has to put right.
const CONFIGURATION_PROBLEM: &str = "ERR_CONFIGURATION_PROBLEM";

/// Begins to take aliases and pod range back if a node that joined has had no route for too long: an insert inside the range may be
/// refused. The flag stays on, and the hold goes on without them.
fn make_room(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.pod_range().is_none() {
        return ControlFlow::Continue(());
    }
    let Some(since) = unrouted_since(context, facts) else { return ControlFlow::Continue(()) };
    let until = since.checked_add(context.settings.route_patience).unwrap_or(jiff::Timestamp::MAX);
    if until > context.seen.at {
        draft.wait(until, "a node that joined while the migration is held has no route yet");
        return ControlFlow::Continue(());
    }
    back::routes_stand(context, facts, draft)?;
    back::record(draft);
    ControlFlow::Break(())
}

/// The instant at which the oldest of the shoot's VMs was created that has neither route nor alias; `None` if there is none.
fn unrouted_since(context: Context<'_>, facts: &Facts<'_>) -> Option<jiff::Timestamp> {
    let own = context.seen.cloud.vms.values().filter(|vm| {
        let here = vm.nic.subnet == facts.subnet.name && vm.is_running();
        vm.has_tag(&context.target.cluster) && here && !facts.nodes.lack(&vm.id)
    });
    let unrouted = own.filter(|vm| !facts.is_routed(&vm.id) && !facts.entries.names(&vm.id));
    let unrouted = unrouted.filter(|vm| vm.pod_ranges().next().is_none());
    unrouted.filter_map(|vm| vm.created).min()
}

/// The place at which a migration that is held would go on.
pub(super) fn would_go_on(context: Context<'_>) -> Option<Progress> {
    let free = Context { target: context.asked, course: Course::Preparing { begun: true }, ..context };
    let facts = Facts::gather(free)?;
    let reached = forward::PREPARING.reach(free, &facts, &mut Draft::new(context.seen));
    Some(facts.progress(reached.unwrap_or(forward::PREPARING.end)))
}

/// Ends the run of a migration that is held with an error that says how it goes on, once nothing else is left to do.
pub(super) fn rest(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let at = if facts.pod_range().is_some() { "with both aliases and routes" } else { "with their routes" };
    let step = draft.stands.map_or_else(String::new, |place| {
        format!(" before {} ({} of {} node(s) have their alias)", place.step, place.done, place.nodes)
    });
    draft.rest(
        format!(
            "the migration to dual-stack is held{step}, {at} in place: every node is served; {}",
            remedy(context, Word::Hold)
        ),
        Blame::Nobody,
    );
}

/// Ends the run of a migration that does not begin with the error that says why, once nothing else is left to do.
pub(super) fn does_not_begin(context: Context<'_>, cause: RestCause, draft: &mut Draft) {
    let (why, blame) = match cause {
        RestCause::Undo => (
            format!("the migration to dual-stack was taken back; {}", remedy(context, Word::Undo)),
            Blame::Nobody,
        ),
        RestCause::Hold => (
            format!("the migration to dual-stack is held before it begins; {}", remedy(context, Word::Hold)),
            Blame::Nobody,
        ),
        RestCause::Canary => canary_failed(context),
        RestCause::Refused => {
            let refused = context.seen.state.lasting.refused.clone().unwrap_or_default();
            let text = format!(
                "the migration to dual-stack was refused for good at {}, and was taken back: {}; put that right, then say try-again in \
                 the annotation {} of the Infrastructure and {}; or {IPV4}",
                refused.step,
                refused.text,
                crate::documents::names::MIGRATION_ANNOTATION,
                once_failed(context)
            );
            (text, Blame::Recorded(refused.codes))
        }
    };
    draft.rest(why, blame);
}

/// The error that says which canaries failed, or of which worker pools nothing is known, and how it goes on.
fn canary_failed(context: Context<'_>) -> (String, Blame) {
    let blame = Blame::Recorded(vec![CONFIGURATION_PROBLEM.to_owned()]);
    let Some(failure) = &context.seen.state.lasting.canary_failed else { return (String::new(), blame) };
    let (who, at, saw) = (listed(&failure.who, ", "), failure.at, &failure.saw);
    let (annotation, retry) = (crate::documents::names::MIGRATION_ANNOTATION, once_failed(context));
    let text = match failure.verdict {
        CanaryVerdict::Failed => format!(
            "the migration to dual-stack was taken back at M5, as with their aliases these nodes were cut off at {at}: {who} ({saw}); \
             {AGENT}; then say canary-again in the annotation {annotation} of the Infrastructure and {retry}; or {IPV4}"
        ),
        CanaryVerdict::Unknown | CanaryVerdict::Unseen | CanaryVerdict::Proven | CanaryVerdict::Gone => {
            format!(
                "the migration to dual-stack was taken back at M5, as at {at} nothing showed whether an alias cuts the nodes of these worker \
             pools off: {who} ({saw}); give them pods with an HTTP, TCP or gRPC probe, ready for {} s, and say canary-again in the \
             annotation {annotation} of the Infrastructure, or say skip-node-check there, after a look at their guest agents, and {retry}; or {IPV4}",
                context.settings.canary_pod_age.as_secs()
            )
        }
    };
    (text, blame)
}

/// The time after which gardenlet gives up a Shoot that goes on failing, if it is configured as usual.
const RETRIES: SignedDuration = SignedDuration::from_hours(12);

/// The hour at which the Shoot becomes `Failed`, and how it is retried then, in words. Without gardenlet's own instant the first look
/// that saw the migration rest counts, which is later.
fn until_failed(context: Context<'_>) -> String {
    let told = &context.seen.state.told;
    let rests =
        told.place.filter(|place| Some(place.course) == context.course.name()).map(|place| place.since);
    let since = context.asked.retries.since.or(told.hold_since).or(rests).unwrap_or(context.seen.at);
    let until = since.checked_add(RETRIES).unwrap_or(Timestamp::MAX);
    format!(
        "at {} the Shoot becomes Failed and is left alone, unless it is retried, then or before: {}",
        until.strftime("%Y-%m-%dT%H:%MZ"),
        context.asked.retries.command()
    )
}

/// What a word needs beside it where the error has a code: the Shoot is `Failed` at once, and the words of such a one are not read.
fn once_failed(context: Context<'_>) -> String {
    format!("retry the Shoot, which this error leaves Failed: {}", context.asked.retries.command())
}

/// The words for people on how a migration goes on that rests because of `word`.
fn remedy(context: Context<'_>, word: Word) -> String {
    let on = if context.asked.said.shoot.say(word) {
        "Shoot, which only its owner can do"
    } else {
        "Infrastructure"
    };
    format!(
        "meanwhile gardenlet waits too, so hibernation, wake-up, updates and rotations of this shoot stand still; {}; to go on remove the \
         word {word} from the annotation {} of the {on}; to rest for long {IPV4}",
        until_failed(context),
        crate::documents::names::MIGRATION_ANNOTATION
    )
}
