//! M9: the routes go. The only step that takes anything away from a node, and only what the node no longer needs.

use std::ops::ControlFlow;

use super::facts::{Facts, OwnRoute, aliased, is_gone};
use crate::journal::{Entry, Phase, Settling};
use crate::plan::draft::Draft;
use crate::plan::{Action, Context};

/// M9. The phase is recorded first, then one route goes as a canary, then the rest in waves.
pub(super) fn delete(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.routes.is_empty() {
        return ControlFlow::Continue(());
    }
    if !facts.deleting() {
        if let Err(error) = record_point_of_no_return(draft) {
            draft.stuck(error.to_string());
        }
        return ControlFlow::Break(());
    }
    let deletable: Vec<&OwnRoute<'_>> =
        facts.routes.iter().filter(|own| may_go(context, facts, own)).collect();
    let canary_gone = facts.entries.iter().any(|entry| !facts.has_route(entry));
    let settling = facts.journal.settling.filter(|settling| settling.step >= 9);
    if settling.is_none() && canary_gone {
        draft.state.journal.settling = Some(Settling { step: 9, since: context.seen.at });
    }
    let first = settling.is_none() && !canary_gone;
    let (most, why) = if first {
        (1, "the first of all: its alias is read back, it is journalled, nobody makes routes any more")
    } else {
        (context.settings.wave, "its alias is read back (or its VM is gone), it is journalled")
    };
    for own in deletable.into_iter().take(most) {
        draft.act(
            format!("M9/{}", own.route.name),
            &own.route.name,
            Action::DeleteRoute {
                name: own.route.name.clone(),
                destination: own.destination,
                vm: own.vm.clone(),
            },
            why,
        );
    }
    ControlFlow::Break(())
}

fn record_point_of_no_return(draft: &mut Draft) -> Result<(), crate::journal::IllegalTransition> {
    let journal = std::mem::take(&mut draft.state.journal);
    draft.state.journal = journal.enter(Phase::Deleting)?;
    draft.write_state("M9/record", "the point of no return is recorded before the first route goes");
    Ok(())
}

/// Journalled, confirmed written, and needed by nobody.
fn may_go(context: Context<'_>, facts: &Facts<'_>, own: &OwnRoute<'_>) -> bool {
    let entry = Entry::new(own.vm.clone(), own.destination);
    facts.journal.lists(own.vm, own.destination) && (aliased(context, &entry) || is_gone(context, &entry))
}
