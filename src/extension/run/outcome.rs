//! The meaning of a pass's outcome for the next pass. Pure.

use planner::plan::{History, Refused, StepId};
use planner::vocabulary::Milestone;

use crate::apply::{ApplyError, Outcome};
use crate::extension::tell::{last_error, remedy};
use crate::gcp::Class;

/// Counts steps as done that Google took before and finds wrong now: the observation by which they were planned once more was late.
pub(super) fn accept_late(outcome: &mut Outcome, history: &History) {
    let invalid = |error: &ApplyError| class(error) == Some(Class::Invalid);
    let late = outcome.failed.extract_if(.., |(step, error)| invalid(error) && history.has_done(step));
    outcome.done.extend(late.map(|(step, _)| step));
}

/// Marks steps as refused by a policy that were refused for their fingerprint, and then again although the object reads the same.
pub(super) fn tell_policies(outcome: &mut Outcome, history: &mut History) {
    for (step, error) in &mut outcome.failed {
        if let ApplyError::Cloud(error) = error
            && error.class() == Class::PreconditionFailed
            && history.was_refused(step)
        {
            error.rule_out_fingerprint();
        }
    }
}

/// Takes out of `outcome` what was refused for good and what the planner has an answer to, for its next decision.
pub(super) fn answer_refusals(outcome: &mut Outcome, history: &mut History) {
    // Credentials that are not accepted say nothing about the step.
    let is_answered = |step: &StepId, error: &ApplyError| {
        let of_the_step = class(error).is_some_and(|class| class != Class::Unauthenticated);
        // What uses a thing goes by itself or by somebody's hand; until then it is an error that names it.
        let passes = class(error) == Some(Class::InUse) && step.is_of(Milestone::AsBefore);
        of_the_step && !passes && !error.is_transient() && History::answers(step)
    };
    for (step, error) in outcome.failed.extract_if(.., |(step, error)| is_answered(step, error)) {
        let codes = last_error::of_step(&error).iter().map(|code| (*code).to_owned()).collect();
        let text = remedy::beside(&step, &error);
        history.was_refused_for_good(step, Refused { text, codes });
    }
}

/// Whether all went well, or something was changed at least.
pub(super) fn moved(outcome: &Outcome) -> bool {
    outcome.failed.is_empty() || outcome.changes > 0
}

/// Google's messages about deletions that failed because something is still in use; `None`: nothing failed, or something failed
/// for another reason.
pub(super) fn only_in_use(outcome: &Outcome) -> Option<Vec<String>> {
    let messages = outcome.failed.iter().map(|(_, error)| match error {
        ApplyError::Cloud(error) if error.class() == Class::InUse => Some(error.message()),
        _ => None,
    });
    messages.collect::<Option<Vec<String>>>().filter(|messages| !messages.is_empty())
}

/// Whether something failed, and all of it only for something else that goes on: what is to be deleted is still in use, or an
/// operation on the object, or on one that it belongs to, is under way.
pub(super) fn only_hindered(outcome: &Outcome) -> bool {
    !outcome.failed.is_empty()
        && outcome.failed.iter().all(|(_, error)| matches!(class(error), Some(Class::InUse | Class::Busy)))
}

/// Whether something failed because it is in use.
pub(super) fn is_in_use(outcome: &Outcome) -> bool {
    outcome.failed.iter().any(|(_, error)| class(error) == Some(Class::InUse))
}

fn class(error: &ApplyError) -> Option<Class> {
    match error {
        ApplyError::Cloud(error) => Some(error.class()),
        _ => None,
    }
}

/// Whether nothing moved and something failed that will not pass by itself.
pub(super) fn is_final(outcome: &Outcome) -> bool {
    !moved(outcome) && outcome.failed.iter().any(|(_, error)| !error.is_transient())
}
