//! What follows from a word that the operator says about a migration, in words for people.

use crate::journal::{Phase, State};
use crate::vocabulary::Word;

/// What an operator does about a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    /// The word `hold` is written.
    Hold,
    /// The word `undo` is written.
    Undo,
    /// Both words are removed.
    Resume,
}

impl Handle {
    /// The words that are written, or removed.
    pub fn words(self) -> &'static [Word] {
        match self {
            Self::Hold => &[Word::Hold],
            Self::Undo => &[Word::Undo],
            Self::Resume => &[Word::Hold, Word::Undo],
        }
    }

    /// The reason why this cannot be done to a shoot with this state, that has reported both families or not; `None` if it can.
    pub fn refusal(self, state: &State, reported: bool) -> Option<String> {
        if self == Self::Resume {
            return None;
        }
        let verb = if self == Self::Hold { "held" } else { "taken back" };
        if state.is_committed_to_dual_stack() {
            let since = state.told.place.map(|place| format!(" (at {} since {})", place.step, place.since));
            return Some(format!(
                "the migration cannot be {verb} any more: the point of no return is passed{}, routes that were deleted do not come back, and \
                 only forward is every node served",
                since.unwrap_or_default()
            ));
        }
        (reported || state.has_reported_both()).then(|| {
            format!("there is nothing to be {verb}: the shoot has reported both families, which is never taken back")
        })
    }

    /// What follows, given the phase that is recorded.
    pub fn follows(self, phase: Option<Phase>) -> String {
        const ERRORS: &str = "Meanwhile its reconciliations end with an error, and gardenlet waits too: hibernation, wake-up, updates and \
                              rotations stand still. 12 hours after they began to fail the Shoot becomes Failed, and is left alone until \
                              somebody retries it. To rest for long set ipFamilies to [IPv4], where Gardener takes that (since gardener#12967).";
        let text = match (self, phase) {
            (Self::Hold, None) => "A migration to dual-stack does not begin until the word is gone.",
            (Self::Hold, Some(Phase::Preparing)) => {
                "The migration rests where it is: every node keeps what serves it, a stopped cloud-controller-manager is given back, and nodes \
                 that join are served too."
            }
            (Self::Hold, Some(Phase::Undoing)) => {
                "Aliases are being removed: that goes on until none is left, and there the migration rests, if the Shoot still asks for both \
                 families."
            }
            (Self::Undo, None) => "A migration to dual-stack does not begin until the word is gone.",
            (Self::Undo, Some(Phase::Preparing)) => {
                "The migration is taken back (U1 to U8): routes are seen to stand before an alias goes, and what was made is removed. It does \
                 not begin again until the word is gone."
            }
            (Self::Undo, Some(Phase::Undoing)) => {
                "The migration is being taken back: it stays so, and does not begin again until the word is gone."
            }
            (Self::Resume, None) => {
                return "A migration to dual-stack, if the Shoot asks for it, begins with the next pass."
                    .to_owned();
            }
            (Self::Resume, Some(Phase::Preparing)) => {
                return "The migration goes on with the next pass.".to_owned();
            }
            (Self::Resume, Some(Phase::Undoing)) => {
                return "Aliases are being removed: once none is left the migration goes forward again, if the Shoot asks for it.".to_owned();
            }
            (Self::Hold | Self::Undo | Self::Resume, Some(Phase::Deleting)) => {
                return "The point of no return is passed: the migration goes on to its end.".to_owned();
            }
        };
        format!("{text} {ERRORS}")
    }
}
