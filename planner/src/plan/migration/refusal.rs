//! Refusals for good: what the cloud will not have is recorded, and the migration is taken back because of it.

use super::remedy;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::step::{Part, StepId};
use crate::plan::{Blame, Course, Reason};
use crate::vocabulary::{Milestone, Word};

/// Records that the step `id` of `milestone` was refused for good, if it was in this run; returns whether it was. Where that cannot be
/// answered by going back, it is an error.
pub(super) fn record(context: Context<'_>, draft: &mut Draft, milestone: Milestone, id: &StepId) -> bool {
    let Some(refusal) = context.history.refusal(id) else { return false };
    let may_go_back = context.course == (Course::Preparing { begun: true }) && !context.asked.reported;
    if !may_go_back {
        // There is nothing to take back, or no way: it is told as it is, and tried again by whoever asks for it.
        let blame = match context.seen.state.journal.phase {
            None => Blame::Recorded(refusal.codes.clone()),
            Some(_) => Blame::Nobody,
        };
        let on = remedy::way_on(context.course, context.asked, id).unwrap_or_default();
        draft.stuck_for(blame, format!("{milestone}: {}; {on}", refusal.text));
        return true;
    }
    draft.state.lasting.refused = Some(refusal.of(milestone, context.asked.said.shoot.say(Word::TryAgain)));
    draft.write_state(StepId::Migration(milestone, Part::Record), Reason::Refused);
    true
}
