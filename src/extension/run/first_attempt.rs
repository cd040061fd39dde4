//! The first attempt to create: the state says that something may exist before it does, and a run that made nothing takes that back.

use planner::journal::{RESOURCES_EXIST, State};

use crate::apply::Outcome;

/// The first attempt of one run, and what became of the steps that it tried.
pub(super) struct FirstAttempt {
    /// Whether the state said when the run began that nothing was ever made; `None`: it has not been read yet.
    nothing_before: Option<bool>,
    /// Whether every step that failed surely had no effect.
    all_refused: bool,
}

impl FirstAttempt {
    /// An attempt of which nothing is known yet.
    pub(super) fn new() -> Self {
        Self { nothing_before: None, all_refused: true }
    }

    /// Takes note of the state that a pass has read. Only the first state shows what was so before the run.
    pub(super) fn read(&mut self, state: &State) {
        self.nothing_before.get_or_insert(!state.is_marked(RESOURCES_EXIST));
    }

    /// Takes note of the outcome of a pass.
    pub(super) fn tried(&mut self, outcome: &Outcome) {
        self.all_refused &= outcome.failed.iter().all(|(_, error)| error.was_refused());
    }

    /// Whether nothing had been made before this attempt, and all of it that failed was refused.
    pub(super) fn was_refused(&self) -> bool {
        self.all_refused && self.nothing_before == Some(true)
    }
}
