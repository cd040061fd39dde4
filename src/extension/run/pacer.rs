//! The pace of a run: whether it goes on at once, pauses, gives its worker back or fails. Pure: the time is handed in.

use std::time::Duration;

use jiff::Timestamp;
use planner::plan::Verdict;

use super::limits::Limits;
use super::outcome::{is_final, is_in_use, moved, only_hindered};
use crate::apply::Outcome;

/// The longest pause before a step that was carried out is carried out again; before it the pauses double.
const REPEAT_WAIT: Duration = Duration::from_secs(30);
/// The doublings after which that pause does not grow any more, whatever the first one is.
const REPEAT_DOUBLINGS: u32 = 4;
/// The longest pause before something that is in use or busy is tried again; before it the pauses double.
const HINDERED_WAIT: Duration = Duration::from_secs(15);
/// The doublings after which that pause does not grow any more, whatever the first one is.
const HINDERED_DOUBLINGS: u32 = 16;
/// The longest time in a row that a run waits for something that comes by itself, before it lets others have their turn.
const TURN: Duration = Duration::from_secs(30);
/// The pause after which a run is not the next turn of the last run any more: something else came in between.
const BETWEEN_TURNS: Duration = Duration::from_secs(300);
/// The time for which a resource may still be in use by something that has just been deleted.
const IN_USE_PATIENCE: Duration = Duration::from_secs(120);

/// A move: what a run does next, unless it fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// The run goes on at once.
    Go,
    /// The run makes another pass after this time.
    Pause(Duration),
    /// The run ends its turn and goes on after this time: others have their turn in between.
    GiveBack(Duration),
    /// The run ends, as no worker is kept for so long a wait. Another run begins then.
    Postpone {
        /// The time until another run begins.
        after: Duration,
        /// The event that is waited for.
        why: String,
    },
}

/// A run that took longer than it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Late {
    /// The time that it took, earlier turns included.
    pub(super) after: Duration,
    /// The event that it still waits for.
    pub(super) why: String,
}

/// Steps that failed, and that are not tried again in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hopeless;

/// The pacer of one run. `elapsed` is the time since its present turn began, everywhere.
#[derive(Debug)]
pub(super) struct Pacer<'a> {
    limits: &'a Limits,
    /// The first pause before what was just done or tried is looked at again.
    look_again: Duration,
    /// The time from the beginning of the run's first turn to the beginning of this turn.
    earlier: Duration,
    /// The time that this turn has waited, in a row, for something that comes by itself.
    waited: Duration,
    /// The repetitions of the steps of the last pass, for which it has paused already.
    paused_for: Option<u32>,
    /// The passes in a row that failed only for something else that goes on.
    hindered: u32,
    /// The passes in a row that changed nothing, although they should.
    idle: u32,
    /// The reason for which the last pass did not end the run, if that is held against the deadline.
    awaits: Option<String>,
}

/// Whether a run that begins `pause` after a turn ended is that run's next turn.
pub(super) fn is_next_turn(pause: Duration) -> bool {
    pause < BETWEEN_TURNS
}

impl<'a> Pacer<'a> {
    /// The pacer of a turn that begins `earlier` after the first turn of its run.
    pub(super) fn new(limits: &'a Limits, look_again: Duration, earlier: Duration) -> Self {
        Self {
            limits,
            look_again,
            earlier,
            waited: Duration::ZERO,
            paused_for: None,
            hindered: 0,
            idle: 0,
            awaits: None,
        }
    }

    /// Whether another pass may begin.
    pub(super) fn on_pass(&mut self, elapsed: Duration) -> Result<(), Late> {
        self.awaits.take().map_or(Ok(()), |why| self.in_time(elapsed, why))
    }

    /// The move before a verdict, reached at `now`, is carried out; [`Move::Go`] where none is needed.
    pub(super) fn on_verdict(
        &mut self,
        verdict: &Verdict,
        now: Timestamp,
        elapsed: Duration,
    ) -> Result<Move, Late> {
        let Verdict::LookAgain { at, why, .. } = verdict else {
            self.waited = Duration::ZERO;
            return Ok(Move::Go);
        };
        let (wait, why) = (Duration::try_from(at.duration_since(now)).unwrap_or_default(), why.clone());
        if wait > self.longest_pause() {
            return Ok(Move::Postpone { after: wait, why });
        }
        self.waited += wait;
        if self.waited <= TURN {
            self.awaits = Some(why);
            return Ok(Move::Pause(wait));
        }
        self.in_time(elapsed, why).map(|()| Move::GiveBack(wait))
    }

    /// The move before steps are carried out, of which one was carried out `again` times in a row already; [`Move::Go`] where none is needed.
    ///
    /// Read soon after a change, Google may still show what was there before: what is done after a pause is decided after it.
    pub(super) fn on_steps(&mut self, again: Option<u32>) -> Move {
        let before = std::mem::replace(&mut self.paused_for, again);
        match again {
            Some(times) if before != again => {
                let wait = self.look_again.saturating_mul(1 << times.min(REPEAT_DOUBLINGS));
                Move::Pause(wait.min(REPEAT_WAIT))
            }
            _ => Move::Go,
        }
    }

    /// The move after the steps of a pass came to `outcome`.
    pub(super) fn on_outcome(&mut self, outcome: &Outcome, elapsed: Duration) -> Result<Move, Hopeless> {
        self.awaits = Some("steps that fail".to_owned());
        self.hindered = if only_hindered(outcome) { self.hindered + 1 } else { 0 };
        let passes_by_itself = self.hindered > 0 && (!is_in_use(outcome) || elapsed < IN_USE_PATIENCE);
        self.idle = if moved(outcome) || passes_by_itself { 0 } else { self.idle + 1 };
        if self.idle >= self.limits.idle_passes || is_final(outcome) {
            return Err(Hopeless);
        }
        Ok(if outcome.failed.is_empty() { Move::Go } else { Move::Pause(self.pause_after_failure()) })
    }

    /// Takes note that the run goes on with something that is neither a wait nor a step.
    pub(super) fn on_other_work(&mut self, why: &str) {
        self.awaits = Some(why.to_owned());
    }

    /// The longest pause for which a run keeps its worker.
    fn longest_pause(&self) -> Duration {
        self.limits.inline_wait.max(self.look_again)
    }

    /// The pause after a pass in which steps failed. It doubles from one pass to the next while they fail only for what goes on elsewhere.
    fn pause_after_failure(&self) -> Duration {
        let doubled =
            self.look_again.saturating_mul(1 << self.hindered.saturating_sub(1).min(HINDERED_DOUBLINGS));
        doubled.min(HINDERED_WAIT.max(self.look_again))
    }

    fn in_time(&self, elapsed: Duration, why: String) -> Result<(), Late> {
        let after = self.earlier + elapsed;
        if after > self.limits.deadline { Err(Late { after, why }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
