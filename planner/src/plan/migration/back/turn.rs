//! The turn from the way back to the way forward, which is allowed once no VM bears an alias: a late removal finds nothing to remove then.

use std::ops::ControlFlow;

use crate::journal::Phase;
use crate::plan::Reason;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::migration::facts::Facts;
use crate::plan::step::{Part, StepId};
use crate::vocabulary::{Milestone, Word};

/// Turns before the range goes, if the migration is wanted again and goes on at once.
pub(super) fn before_range(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if is_wanted_again(context, facts) && !context.asked.said.say(Word::Hold) {
        turn(draft);
        return ControlFlow::Break(());
    }
    ControlFlow::Continue(())
}

/// Turns once the range is gone, if the migration is wanted again but rests: new nodes get their routes without it.
pub(super) fn after_range(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if is_wanted_again(context, facts) {
        turn(draft);
        return ControlFlow::Break(());
    }
    ControlFlow::Continue(())
}

fn is_wanted_again(context: Context<'_>, facts: &Facts<'_>) -> bool {
    facts.journal.phase == Some(Phase::Undoing)
        && context.asked.dual_stack
        && !context.asked.said.say(Word::Undo)
        && context.seen.state.lasting.refused.is_none()
        && context.seen.state.lasting.canary_failed.is_none()
}

fn turn(draft: &mut Draft) {
    let journal = std::mem::take(&mut draft.state.journal);
    match journal.enter(Phase::Preparing) {
        Ok(journal) => draft.state.journal = journal,
        Err(error) => draft.stuck(error.to_string()),
    }
    draft.write_state(StepId::Migration(Milestone::Journal, Part::Record), Reason::ForwardAgain);
}
