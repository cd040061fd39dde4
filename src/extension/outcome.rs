//! What the outcome of a pass means for the next one. Pure.

use std::time::Duration;

use crate::apply::{ApplyError, Outcome};
use crate::gcp::Class;
use crate::plan::History;

/// The longest pause before something that is in use is tried again.
const IN_USE_WAIT: Duration = Duration::from_secs(15);

/// The pause after `times` passes in a row that failed only for what is in use: `first`, and twice as long each time.
pub(super) fn in_use_pause(first: Duration, times: u32) -> Duration {
    first.saturating_mul(1 << times.saturating_sub(1).min(16)).min(IN_USE_WAIT.max(first))
}

/// What Google took before and finds wrong now is there already: the look by which it was planned once more was late.
pub(super) fn accept_late(outcome: &mut Outcome, history: &History) {
    let invalid =
        |error: &ApplyError| matches!(error, ApplyError::Cloud(error) if error.class() == Class::Invalid);
    let late = outcome.failed.extract_if(.., |(step, error)| invalid(error) && history.has_done(step));
    outcome.done.extend(late.map(|(step, _)| step));
}

/// What was refused for its fingerprint, and then again although the object reads the same, is refused by a policy.
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

/// Whether the pass changed anything but its own notes.
pub(super) fn moved(outcome: &Outcome) -> bool {
    outcome.failed.is_empty() || outcome.changes > 0
}

/// What Google said of deletions that failed for what is still in use; none: nothing failed, or something failed for another reason.
pub(super) fn only_in_use(outcome: &Outcome) -> Option<Vec<String>> {
    let words = outcome.failed.iter().map(|(_, error)| match error {
        ApplyError::Cloud(error) if error.class() == Class::InUse => Some(error.words()),
        _ => None,
    });
    words.collect::<Option<Vec<String>>>().filter(|words| !words.is_empty())
}

/// Whether nothing moved and something failed that will not pass by itself.
pub(super) fn is_final(outcome: &Outcome) -> bool {
    !moved(outcome) && outcome.failed.iter().any(|(_, error)| !error.is_transient())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_is_tried_again_after_pauses_that_grow() {
        let pauses = |first, times: u32| -> Vec<u128> {
            (0..times).map(|times| in_use_pause(Duration::from_millis(first), times).as_millis()).collect()
        };
        assert_eq!(pauses(200, 9), [200, 200, 400, 800, 1600, 3200, 6400, 12800, 15000]);
        assert_eq!(pauses(2000, 7), [2000, 2000, 4000, 8000, 15000, 15000, 15000]);
        assert_eq!(in_use_pause(Duration::from_secs(20), u32::MAX), Duration::from_secs(20));
    }
}
