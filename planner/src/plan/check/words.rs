//! Words of the Infrastructure: the controller removes one only where the attempt that it asks for has begun.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::plan::Course;
use crate::vocabulary::{Word, Words};

/// Judges the removal of `words` from the annotation.
pub(super) fn take(evidence: &Evidence<'_>, words: &Words) -> Judgement {
    let rule = Rule::Words;
    let once = |word: Word| matches!(word, Word::TryAgain | Word::CanaryAgain);
    rule.demands(!words.is_empty() && words.iter().all(once), || "it is the operator's to remove")?;
    rule.demands(words.are_among(&evidence.asked.said.infrastructure), || "nobody says it there")?;
    rule.demands(
        evidence.course == Course::Preparing { begun: true },
        || "the attempt that it asks for has not begun",
    )?;
    let refused = &evidence.seen.state.lasting.refused;
    let failed = &evidence.seen.state.lasting.canary_failed;
    rule.demands(
        refused.is_none() && failed.is_none(),
        || "what was refused or failed is still recorded, and would end the attempt",
    )
}

/// Demands that the words kept in the state be those on the Infrastructure, or stay as they are.
pub(super) fn kept(evidence: &Evidence<'_>, kept: &Words) -> Judgement {
    let said = &evidence.asked.said.infrastructure;
    let begins = match evidence.course {
        Course::Preparing { .. } => true,
        Course::Leaving
        | Course::Announced
        | Course::Committed
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Steady => false,
    };
    let without = said.clone().without(Word::TryAgain).without(Word::CanaryAgain);
    let follows =
        *kept == evidence.seen.state.lasting.words || *kept == if begins { without } else { said.clone() };
    Rule::OwnState.demands(follows, || "words would be lost or made up")
}
