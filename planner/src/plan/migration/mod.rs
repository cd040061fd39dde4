//! From VPC routes to alias IP ranges, without a gap: the protocol's steps M0 to M12.
//!
//! Make before break: the pod range is added to the nodes subnet while the routes are there (the overlap flag allows it), every
//! VM gets its alias, and only then, with nobody left who would make routes, the routes go. Each step is a function that
//! either finds itself fulfilled or says what it needs; the first that is not fulfilled decides what this pass does.

mod aliases;
mod facts;
mod finish;
mod forecast;
mod freeze;
mod ownership;
mod preflight;
mod prepare;
mod progress;
mod routes;

use std::ops::ControlFlow;

pub use freeze::release;
pub(in crate::plan) use ownership::{is_doubtful as is_doubtful_route, own as own_route};
pub use progress::Progress;

use super::Context;
use super::draft::Draft;
use crate::journal::Phase;
use crate::vocabulary::Milestone;
use facts::Facts;

/// A step of the protocol: fulfilled, or what it needs is in the draft.
type StepPlan = fn(Context<'_>, &Facts<'_>, &mut Draft) -> ControlFlow<()>;

const STEPS: [(Milestone, StepPlan); 10] = [
    (Milestone::Journal, prepare::journal),
    (Milestone::OverlapOn, prepare::overlap_on),
    (Milestone::SecondaryRange, prepare::secondary_range),
    (Milestone::Aliases, aliases::set),
    (Milestone::Settle, aliases::settle),
    (Milestone::Freeze, freeze::freeze),
    (Milestone::LookAgain, freeze::look_again),
    (Milestone::DeleteRoutes, routes::delete),
    (Milestone::OverlapOff, finish::overlap_off),
    (Milestone::Ipv6, finish::ipv6),
];

/// Plans the nodes subnet's way to dual-stack, and with it the migration if there is anything to migrate.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    let journal = &context.seen.state.journal;
    match (context.target.dual_stack, journal.phase) {
        (_, Some(Phase::Undoing)) => {
            draft
                .stuck("the state says that the migration is being undone, which this version cannot finish");
            return;
        }
        (false, Some(Phase::Preparing)) => {
            draft.stuck(
                "the shoot went back to [IPv4] while its migration was being prepared: every node is still served by its \
                 route, nothing was cut off; set ipFamilies to [IPv4, IPv6] again to finish it",
            );
            return;
        }
        (false, _) => return,
        (true, _) => {}
    }
    // A release that was begun is finished first.
    if let Some(step) = release(&context.seen.state, &context.seen.ccm).filter(|_| journal.releasing) {
        draft.steps.push(step);
        draft.hold_state();
        return;
    }
    let Some(facts) = Facts::gather(context) else { return };
    if facts.changes_ahead() || facts.needed {
        preflight::check(context, &facts, draft);
        if draft.refuses() {
            return;
        }
    }
    if draft.touches(facts.subnet) && journal.phase.is_none() {
        // One change of the subnet at a time; its range and its logs come first.
        return;
    }
    // Past the point of no return nothing comes before the freeze: refused inserts would have every node replaced.
    let first = Some(&(Milestone::Freeze, freeze::freeze as StepPlan)).filter(|_| facts.deleting());
    let mut steps = first.into_iter().chain(&STEPS);
    let reached = steps.find(|(_, step)| step(context, &facts, draft).is_break());
    let reached = reached.map_or(Milestone::Report, |(milestone, _)| *milestone);
    if reached != Milestone::Report && draft.is_idle() && draft.state_due().is_none() {
        draft.stuck(format!("{reached} is not fulfilled, and nothing that is known can be done about it"));
    }
    forecast::after(reached, &facts, draft);
    if facts.needed {
        draft.progress = Some(facts.progress(reached));
    }
    if reached == Milestone::Report && draft.is_idle() {
        draft.state.journal = crate::journal::Journal::default();
        if facts.needed {
            draft.report();
        }
    } else {
        draft.state.journal.entries.retain(|entry| !facts.is_resolved(context, entry));
    }
}
