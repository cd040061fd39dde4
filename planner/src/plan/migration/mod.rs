//! The migration from VPC routes to alias IP ranges without a gap: steps M0 to M12 of the protocol.
//!
//! Make before break: the pod range is added to the nodes subnet while the routes exist, which the overlap flag allows; every VM
//! gets its alias; only then, when nothing can make routes anew, the routes are deleted. Each step is a function that either
//! finds itself fulfilled or plans what it needs; the first that is not fulfilled decides what a pass does.

mod aliases;
mod facts;
mod finish;
mod forward;
mod freeze;
mod preflight;
mod prepare;
mod progress;
mod protocol;
mod routes;

pub use freeze::release;
pub use progress::Progress;

use super::Course;
use super::context::Context;
use super::draft::Draft;
use crate::journal::Journal;
use crate::vocabulary::Milestone;
use facts::Facts;

/// Plans dual-stack on the nodes subnet, and the migration if there is anything to migrate.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    let protocol = match context.course {
        Course::Undoing => {
            draft
                .stuck("the state says that the migration is being undone, which this version cannot finish");
            return;
        }
        Course::Reverted => {
            draft.stuck(
                "the shoot went back to [IPv4] while its migration was being prepared: every node is still served by its \
                 route, nothing was cut off; set ipFamilies to [IPv4, IPv6] again to finish it",
            );
            return;
        }
        Course::Leaving => return,
        Course::Committed => &forward::COMMITTED,
        Course::Preparing { .. } | Course::Steady => &forward::PREPARING,
    };
    if !context.target.dual_stack {
        return;
    }
    let journal = &context.seen.state.journal;
    // A release that was begun is finished before anything else.
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
    if draft.touches(facts.subnet) && !context.course.is_begun() {
        // Only one change of the subnet at a time; its range and its flow logs come first.
        return;
    }
    let reached = protocol.reach(context, &facts, draft);
    // If there is nothing to migrate, only the nodes subnet is changed.
    protocol.forecast(reached, |milestone| facts.needed || milestone == Milestone::Ipv6, &facts, draft);
    if facts.needed {
        draft.progress = Some(facts.progress(reached));
    }
    if reached == protocol.end && draft.is_idle() {
        draft.state.journal = Journal::default();
        if facts.needed {
            draft.report();
        }
    } else {
        draft.state.journal.entries.retain(|entry| !facts.is_resolved(context, entry));
    }
}
