//! The migration from VPC routes to alias IP ranges without a gap: steps M0 to M12 of the protocol, and U1 to U8
//! of the way back.
//!
//! Make before break: the pod range is added to the nodes subnet while the routes exist, which the overlap flag allows; every VM
//! gets its alias; only then, when nothing can make routes anew, the routes are deleted. Each step is a function that either
//! finds itself fulfilled or plans what it needs; the first that is not fulfilled decides what a pass does.

mod aliases;
mod back;
mod canary;
mod facts;
mod finish;
mod forward;
mod freeze;
mod held;
mod ipv6_first;
mod preflight;
mod prepare;
mod progress;
mod protocol;
mod recheck;
mod refusal;
mod remedy;
mod repair;
mod routes;

pub use canary::asked as canary_pods;
pub(super) use freeze::in_vain as frozen_in_vain;
pub use freeze::release;
pub use progress::Progress;
pub(super) use remedy::of_subnet;
pub use remedy::way_on;

use super::Course;
use super::context::Context;
use super::draft::Draft;
use crate::journal::{DUAL_STACK_REPORTED, Journal};
use crate::vocabulary::Milestone;
use facts::Facts;
use protocol::Protocol;

/// Plans dual-stack on the nodes subnet, the migration if there is anything to migrate, and the way back.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    match context.course {
        Course::Leaving => {}
        Course::Announced => announced(context, draft),
        Course::Undoing | Course::Back(_) => go_back(context, draft),
        Course::Held => hold(context, draft),
        Course::Rests(cause) => {
            draft.stands = Facts::gather(context).map(|facts| facts.progress(Milestone::Detect));
            if freeze::give_back(context, draft).is_continue() {
                held::does_not_begin(context, cause, draft);
            }
        }
        Course::Steady if !context.asked.dual_stack => stay_with_ipv4(context, draft),
        Course::Committed => go_forward(context, &forward::COMMITTED, draft),
        Course::Preparing { .. } | Course::Steady => go_forward(context, &forward::PREPARING, draft),
    }
}

/// Sees to it that nothing stays stopped or listed for a migration of which nothing is there: the cloud-controller-manager makes the
/// routes of nodes that another controller left without.
fn stay_with_ipv4(context: Context<'_>, draft: &mut Draft) {
    let journal = &context.seen.state.journal;
    let frozen = journal.frozen_at.is_some() || journal.releasing;
    if freeze::give_back(context, draft).is_continue() && !frozen {
        draft.state.journal = Journal::default();
    }
}

/// Gives the cloud-controller-manager back, and leaves all else to the deletion that follows.
fn announced(context: Context<'_>, draft: &mut Draft) {
    if let Some(facts) = Facts::gather(context) {
        draft.stands = Some(facts.progress(Milestone::Detect));
        let _ = back::release(context, &facts, draft);
    }
}

/// Plans the first step of the way back that is not fulfilled.
fn go_back(context: Context<'_>, draft: &mut Draft) {
    let Some(facts) = Facts::gather(context) else { return };
    let reached = back::BACK.reach(context, &facts, draft);
    let at = reached.unwrap_or(back::BACK.end);
    back::BACK.forecast(at, |_| true, &facts, draft);
    draft.progress = Some(facts.progress(at));
    if reached.is_none() && draft.is_idle() {
        back::end(context, &facts, draft);
    }
}

/// Plans what new nodes need while the migration rests.
fn hold(context: Context<'_>, draft: &mut Draft) {
    let Some(facts) = Facts::gather(context) else { return };
    draft.stands = held::would_go_on(context);
    if held::HELD.reach(context, &facts, draft).is_none() {
        held::rest(context, &facts, draft);
    }
}

/// Plans the first step of the way forward that is not fulfilled.
fn go_forward(context: Context<'_>, protocol: &Protocol, draft: &mut Draft) {
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
    repair::cut_off(context, &facts, draft);
    let reached = protocol.reach(context, &facts, draft);
    let at = reached.unwrap_or(protocol.end);
    // If there is nothing to migrate, only the nodes subnet is changed.
    protocol.forecast(at, |milestone| facts.is_ahead(milestone), &facts, draft);
    if facts.needed {
        draft.progress = Some(facts.progress(at));
    }
    if reached.is_none() && draft.is_idle() {
        draft.state.journal = Journal::default();
        if facts.needed {
            draft.state.lasting.refused = None;
            draft.state.lasting.canary_failed = None;
            draft.state.data.insert(DUAL_STACK_REPORTED.to_owned(), "true".to_owned());
            draft.report();
        }
    } else {
        draft.state.journal.entries.retain(|entry| !facts.is_resolved(context, entry));
    }
}
