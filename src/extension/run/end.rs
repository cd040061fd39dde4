//! The end of a run, and when its object is reconciled again.

use std::time::Duration;

use planner::documents::infrastructure::Finished;
use planner::journal::State;

/// The ways in which a run of passes ends well.
pub(super) enum End {
    /// The run reached its goal: all is as it shall be.
    Finished {
        /// The report for the status.
        report: Box<Finished>,
        /// The state that is written together with the report; `None` if it is written already.
        state: Option<Box<State>>,
        /// Whether something was put off until now.
        unfinished: bool,
    },
    /// The operation is over, and there is nothing to report but that.
    Over,
    /// The run's turn is over: it goes on after this time.
    GivenBack(Duration),
    /// The run waits for longer than it keeps its worker: another run begins after this time.
    Postponed(Duration),
}

/// The condition under which an object is reconciled again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requeue {
    /// The object is reconciled again when it changes, and not before.
    OnChange,
    /// The object is reconciled again after this time, or when it changes.
    After(Duration),
    /// The object is reconciled again after the usual back-off, because something failed.
    WithBackoff,
}
