//! What follows from a word that the operator says about a migration, in words for people.

use crate::documents::names::MIGRATION_ANNOTATION;
use crate::journal::{Phase, State};
use crate::vocabulary::{Word, Words};

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

/// The reason why nothing can be held or taken back, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Immovable {
    /// The point of no return is passed.
    PointOfNoReturn(String),
    /// There is no migration, nor will there be one.
    NothingUnderWay(String),
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
    pub fn refusal(self, state: &State, reported: bool) -> Option<Immovable> {
        if self == Self::Resume {
            return None;
        }
        let verb = if self == Self::Hold { "held" } else { "taken back" };
        if state.is_committed_to_dual_stack() {
            let since = state.told.place.map(|place| format!(" (at {} since {})", place.step, place.since));
            return Some(Immovable::PointOfNoReturn(format!(
                "the migration cannot be {verb} any more: the point of no return is passed{}, routes that were deleted do not come back, and \
                 only forward is every node served",
                since.unwrap_or_default()
            )));
        }
        (reported || state.has_reported_both()).then(|| {
            Immovable::NothingUnderWay(format!(
                "there is nothing to be {verb}: the shoot has reported both families, which is never taken back"
            ))
        })
    }

    /// What follows for a shoot with this state, of which `said` is what else people say.
    pub fn follows(self, state: &State, said: &Words) -> String {
        if self == Self::Hold && said.say(Word::Undo) && state.journal.phase != Some(Phase::Deleting) {
            return "The word undo is said too, and counts first: the migration is taken back, or does not begin.".to_owned();
        }
        let ended = [
            (state.lasting.refused.is_some(), "what was refused for good", Word::TryAgain),
            (state.lasting.canary_failed.is_some(), "what came of its canaries", Word::CanaryAgain),
        ];
        let ended = ended.into_iter().find(|(ended, _, word)| *ended && !said.say(*word));
        if let (Self::Resume, None | Some(Phase::Preparing), Some((_, what, word))) =
            (self, state.journal.phase, ended)
        {
            return format!(
                "The migration does not go on by that: {what} is recorded, and ends it until somebody says {word} in the annotation \
                 {MIGRATION_ANNOTATION} of the Infrastructure."
            );
        }
        self.follows_from(state.journal.phase)
    }

    /// What follows where nothing else is in the way, given the phase that is recorded.
    fn follows_from(self, phase: Option<Phase>) -> String {
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

#[cfg(test)]
mod tests {
    use super::Handle;
    use crate::journal::{CanaryFailure, Phase, Refusal, State};
    use crate::vocabulary::{Word, Words};

    fn state(phase: Option<Phase>) -> State {
        let mut state = State::default();
        state.journal.phase = phase;
        state
    }

    #[test]
    fn whoever_resumes_what_was_ended_is_told_which_word_is_needed_as_well() {
        let none = Words::default();
        for phase in [None, Some(Phase::Preparing)] {
            let mut refused = state(phase);
            refused.lasting.refused = Some(Refusal::default());
            assert!(Handle::Resume.follows(&refused, &none).contains("says try-again"));
            assert!(
                !Handle::Resume
                    .follows(&refused, &none.clone().with(Word::TryAgain))
                    .contains("does not go on")
            );
            let failure = r#"{"verdict":"failed","who":["z/n"],"at":"2026-09-01T10:00:00Z","saw":"nothing"}"#;
            let mut failed = state(phase);
            failed.lasting.canary_failed = Some(failure.parse::<CanaryFailure>().unwrap());
            assert!(Handle::Resume.follows(&failed, &none).contains("says canary-again"));
        }
        assert!(Handle::Resume.follows(&state(Some(Phase::Preparing)), &none).contains("with the next pass"));
    }

    #[test]
    fn whoever_holds_what_somebody_undoes_is_told_that_it_goes_back() {
        let undo = Words::default().with(Word::Undo);
        assert!(Handle::Hold.follows(&state(Some(Phase::Preparing)), &undo).contains("counts first"));
        assert!(Handle::Hold.follows(&state(Some(Phase::Deleting)), &undo).contains("goes on to its end"));
        assert!(Handle::Undo.follows(&state(None), &undo).contains("does not begin"));
    }
}
