//! The end of a run, and when its object is reconciled again.

use std::time::Duration;

use planner::documents::infrastructure::Finished;
use planner::journal::State;

/// The ways in which a run of passes ends well.
pub(super) enum End {
    /// All is as it shall be.
    Finished {
        /// The report for the status.
        report: Box<Finished>,
        /// The state that is written with it, if it is not written yet.
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
    /// Not before it changes.
    OnChange,
    /// After this time.
    After(Duration),
    /// After the usual back-off, as something failed.
    WithBackoff,
}
