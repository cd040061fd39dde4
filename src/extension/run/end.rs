//! The end of a run, and when its object is reconciled again.

use std::time::Duration;

use planner::documents::infrastructure::Finished;
use planner::journal::State;

/// How a run of passes ended well.
pub(super) enum End {
    /// All is as it shall be.
    Finished {
        /// What is to be reported.
        report: Box<Finished>,
        /// The state that is written with it, if it is not written yet.
        state: Option<Box<State>>,
        /// Whether something was put off until now.
        unfinished: bool,
    },
    /// It is over, and there is nothing to report but that.
    Over,
    /// Its turn is over: it goes on after this time.
    GivenBack(Duration),
    /// What it waits for takes longer than it keeps its worker: another run begins after this time.
    Postponed(Duration),
}

/// When an object is reconciled again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requeue {
    /// Not before it changes.
    OnChange,
    /// After this time.
    After(Duration),
    /// After the usual back-off, as something failed.
    WithBackoff,
}
