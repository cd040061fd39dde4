//! A migration that rests: begun and held, or not begun at all. Every node keeps what serves it.

use super::back;
use super::facts::Facts;
use super::protocol::Protocol;
use super::{aliases, forward, prepare};
use crate::plan::Blame;
use crate::plan::context::Context;
use crate::plan::course::RestCause;
use crate::plan::draft::Draft;
use crate::vocabulary::{Milestone, Word};

/// The steps of a migration that is held: a frozen cloud-controller-manager is released, and new nodes get their aliases.
pub(super) const HELD: Protocol = Protocol {
    steps: &[
        (Milestone::Release, back::release),
        (Milestone::Journal, prepare::journal),
        (Milestone::Aliases, aliases::of_new_nodes),
    ],
    ..forward::PREPARING
};

/// Ends the run of a migration that is held with an error that says how it goes on, once nothing else is left to do.
pub(super) fn rest(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let at = if facts.pod_range().is_some() { "with both aliases and routes" } else { "with their routes" };
    draft.rest(
        format!(
            "the migration to dual-stack is held, {at} in place: every node is served; {}",
            remedy(context, Word::Hold)
        ),
        Blame::Nobody,
    );
}

/// Ends the run of a migration that does not begin with the error that says why, once nothing else is left to do.
pub(super) fn does_not_begin(context: Context<'_>, cause: RestCause, draft: &mut Draft) {
    let (why, blame) = match cause {
        RestCause::Undo => (
            format!("the migration to dual-stack was taken back; {}", remedy(context, Word::Undo)),
            Blame::Nobody,
        ),
        RestCause::Hold => (
            format!("the migration to dual-stack is held before it begins; {}", remedy(context, Word::Hold)),
            Blame::Nobody,
        ),
        RestCause::Refused => {
            let refused = context.seen.state.lasting.refused.clone().unwrap_or_default();
            let text = format!(
                "the migration to dual-stack was refused for good at {}, and was taken back: {}; put that right, then say try-again in \
                 the annotation {} of the Infrastructure, or set ipFamilies to [IPv4] once",
                refused.step,
                refused.text,
                crate::documents::names::MIGRATION_ANNOTATION
            );
            (text, Blame::Recorded(refused.codes))
        }
    };
    draft.rest(why, blame);
}

/// The words for people on how a migration goes on that rests because of `word`.
fn remedy(context: Context<'_>, word: Word) -> String {
    let on = if context.asked.said.shoot.say(word) {
        "Shoot, which only its owner can do"
    } else {
        "Infrastructure"
    };
    format!(
        "meanwhile gardenlet waits too, so hibernation, wake-up, updates and rotations of this shoot stand still; to go on remove the word \
         {word} from the annotation {} of the {on}; to rest for long set ipFamilies to [IPv4]",
        crate::documents::names::MIGRATION_ANNOTATION
    )
}
