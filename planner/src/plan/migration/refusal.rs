//! Refusals for good: what the cloud will not have is recorded, and the migration is taken back because of it.

use crate::plan::Reason;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::step::{Part, StepId};
use crate::vocabulary::{Milestone, Word};

/// Records that the step `id` of `milestone` was refused for good, if it was in this run; returns whether it was.
pub(super) fn record(context: Context<'_>, draft: &mut Draft, milestone: Milestone, id: &StepId) -> bool {
    let Some(refusal) = context.history.refusal(id) else { return false };
    draft.state.lasting.refused = Some(refusal.of(milestone, context.asked.said.shoot.say(Word::TryAgain)));
    draft.write_state(StepId::Migration(milestone, Part::Record), Reason::Refused);
    true
}
