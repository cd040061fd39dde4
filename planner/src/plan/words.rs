//! Words of people that are none, or that change nothing on this course: each is a finding that says why.

use super::Finding;
use super::context::Context;
use super::course::{BackCause, Course, RestCause};
use super::draft::Draft;
use crate::journal::Canary;
use crate::text::{Quoted, listed};
use crate::vocabulary::{Milestone, Word};

/// The rule of a finding about a part of an annotation that is no word.
pub const UNKNOWN: &str = "word-unknown";
/// The rule of a finding about a word without effect.
pub const WITHOUT_EFFECT: &str = "word-without-effect";

/// Adds a warning for each word that is unknown or changes nothing.
pub(super) fn tell(context: Context<'_>, draft: &mut Draft) {
    let said = &context.asked.said;
    for unknown in &said.unknown {
        let known = listed(Word::ALL, ", ");
        draft.findings.push(Finding::warn(
            UNKNOWN,
            format!(
                "{} is no word about the migration to dual-stack; the words are {known}",
                Quoted(unknown)
            ),
        ));
    }
    for word in Word::ALL.into_iter().filter(|word| said.say(*word)) {
        if let Some(why) = without_effect(context, word) {
            let on = match (said.shoot.say(word), said.infrastructure.say(word)) {
                (true, true) => "Shoot and the Infrastructure",
                (true, false) => "Shoot",
                (false, _) => "Infrastructure",
            };
            draft.findings.push(Finding::warn(
                WITHOUT_EFFECT,
                format!("the word {word} on the {on} changes nothing: {why}"),
            ));
        }
    }
}

/// The reason why `word` changes nothing; `None` if it does, or if the shoot goes.
fn without_effect(context: Context<'_>, word: Word) -> Option<&'static str> {
    const REPORTED: &str = "the shoot has reported both families, which is never taken back";
    let (asked, lasting) = (context.asked, &context.seen.state.lasting);
    match context.course {
        Course::Leaving | Course::Announced => return None,
        Course::Committed => {
            return Some(
                "the point of no return is passed: the migration is neither held nor taken back nor begun anew",
            );
        }
        Course::Steady if asked.reported => return Some(REPORTED),
        Course::Steady if asked.dual_stack => {
            return Some("the shoot is dual-stack without a migration, as it has no routes to replace");
        }
        Course::Steady
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Preparing { .. } => {}
    }
    match word {
        Word::TryAgain => {
            let refused = lasting.refused.as_ref();
            let by_owner = asked.said.shoot.say(word) && !asked.said.infrastructure.say(word);
            match refused {
                None if began_the_attempt(context, word) => None,
                None => Some("nothing that was refused is recorded"),
                Some(refused) if refused.used_up && by_owner => Some(
                    "it has had its attempt, which was refused again; for another one its owner removes it and says it anew, or the operator \
                     says it on the Infrastructure",
                ),
                Some(_) => None,
            }
        }
        Word::CanaryAgain => {
            let by_owner = asked.said.shoot.say(word) && !asked.said.infrastructure.say(word);
            match lasting.canary_failed.as_ref() {
                None if began_the_attempt(context, word) || measures_again(context) => None,
                None if context.course == Course::Held => Some(COUNTS_AFTER_HOLD),
                None => Some("no canary of this shoot has failed"),
                Some(failed) if failed.used_up && by_owner => Some(
                    "it has had its attempt, whose canary failed again; for another one its owner removes it and says it anew, or the operator \
                     says it on the Infrastructure",
                ),
                Some(_) => None,
            }
        }
        Word::AllowBeyondHybridLimits | Word::SkipNodeCheck | Word::Hold | Word::Undo => {
            stands_for_nothing(context, word)
        }
    }
}

/// Whether the attempt that is under way may be the one that `word` asked for. On the Infrastructure the word is taken right after the write
/// that begins it, which forgets what was refused, and in the same place; on the Shoot it counts for that attempt, whoever began it.
fn began_the_attempt(context: Context<'_>, word: Word) -> bool {
    let begun = context.course == (Course::Preparing { begun: true });
    let place = context.seen.state.told.place;
    let has_just_begun = place.is_none_or(|place| place.step <= Milestone::Journal);
    begun && (has_just_begun || !context.asked.said.infrastructure.say(word))
}

/// Whether a canary of the attempt that is under way came to nothing good, without having ended it: it is measured once more.
fn measures_again(context: Context<'_>) -> bool {
    let begun = context.course == (Course::Preparing { begun: true });
    begun && context.seen.state.journal.canaries.tried.iter().any(Canary::is_in_doubt)
}

/// The reason why a word changes nothing while `hold` is said.
const COUNTS_AFTER_HOLD: &str = "the migration is held; it counts as soon as that goes on";

/// The reason why a word that stays until somebody removes it changes nothing.
fn stands_for_nothing(context: Context<'_>, word: Word) -> Option<&'static str> {
    const NOT_WANTED: &str =
        "the Shoot does not ask for dual-stack, so that what was begun is taken back in any case";
    match context.course {
        Course::Steady => Some("the Shoot does not ask for dual-stack; it counts as soon as it does"),
        Course::Undoing if !context.asked.dual_stack => Some(NOT_WANTED),
        Course::Back(BackCause::NotWanted | BackCause::LeftOver) => Some(NOT_WANTED),
        course if allows(word) => allows_nothing(context, course, word),
        Course::Back(BackCause::Undo) if word == Word::Hold => Some("undo is said too, and counts first"),
        Course::Back(BackCause::Refused) if word == Word::Hold => {
            Some("a step was refused for good, so that the migration is taken back")
        }
        Course::Back(BackCause::Canary) if word == Word::Hold => Some(
            "a canary failed, or nothing is known of some worker pools, so that the migration is taken back",
        ),
        Course::Rests(RestCause::Undo) if word == Word::Hold => Some("undo is said too, and counts first"),
        Course::Held | Course::Preparing { .. } if word == Word::Undo && context.asked.reported => {
            Some("the shoot has reported both families, which is never taken back")
        }
        Course::Leaving
        | Course::Announced
        | Course::Committed
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Preparing { .. } => None,
    }
}

/// Whether `word` allows what would be refused otherwise, whenever it is judged.
fn allows(word: Word) -> bool {
    match word {
        Word::AllowBeyondHybridLimits | Word::SkipNodeCheck => true,
        Word::Hold | Word::Undo | Word::TryAgain | Word::CanaryAgain => false,
    }
}

/// The reason why a word that allows something changes nothing on this course: only on the way forward is anything judged that it allows,
/// and there it may be needed up to the point of no return, whatever was found until now.
fn allows_nothing(context: Context<'_>, course: Course, word: Word) -> Option<&'static str> {
    let failed = context.seen.state.lasting.canary_failed.is_some();
    match course {
        Course::Rests(RestCause::Canary) if word == Word::SkipNodeCheck && failed => {
            Some("a canary failed, which it does not pass over; it counts as soon as canary-again is said")
        }
        Course::Rests(_) => Some("nothing is begun meanwhile; it counts as soon as a migration begins"),
        Course::Undoing | Course::Back(_) => {
            Some("the migration is taken back; it counts as soon as one goes forward again")
        }
        // Nodes that join get their aliases meanwhile, as the word says.
        Course::Held if word == Word::SkipNodeCheck => None,
        Course::Held => Some(COUNTS_AFTER_HOLD),
        Course::Leaving
        | Course::Announced
        | Course::Committed
        | Course::Steady
        | Course::Preparing { .. } => None,
    }
}
