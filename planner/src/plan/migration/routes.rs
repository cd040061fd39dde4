//! M9 delete routes: the only step that takes anything from a node, once the node does not need it any more.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::facts::{Facts, OwnRoute};
use crate::journal::{Entry, Phase, Settling};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::resource::Traffic;
use crate::plan::step::{Part, StepId};
use crate::plan::{Action, Reason};
use crate::vocabulary::{Milestone, VmRef};

/// M9. The point of no return is recorded first; then one route is deleted, that of a proven canary if there is one, then the others in
/// waves.
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
    let proven: BTreeSet<&VmRef> = facts.journal.canaries.proven().map(|canary| &canary.vm).collect();
    let mut deletable: Vec<&OwnRoute<'_>> =
        facts.routes.iter().filter(|own| may_go(context, facts, own)).collect();
    // What is seen of these nodes was measured with their aliases, so they are the first to be without a route.
    deletable.sort_by_key(|own| !proven.contains(own.vm));
    let canary_gone = facts.entries.iter().any(|entry| !facts.has_route(entry));
    let settling = facts.journal.settling.filter(|settling| settling.step >= Milestone::DeleteRoutes);
    if settling.is_none() && canary_gone {
        draft.state.journal.settling =
            Some(Settling { step: Milestone::DeleteRoutes, since: context.seen.at });
    }
    let first = settling.is_none() && !canary_gone;
    let (most, why) =
        if first { (1, Reason::FirstRoute) } else { (context.settings.wave, Reason::RouteReplaced) };
    for own in deletable.into_iter().take(most) {
        let id = StepId::Migration(Milestone::DeleteRoutes, Part::Route(own.route.name.clone()));
        let traffic = Traffic::Pods { range: own.destination, vm: own.vm.clone() };
        draft.act(id, Action::delete_route(&own.route.name, traffic), why.clone());
    }
    ControlFlow::Break(())
}

fn record_point_of_no_return(draft: &mut Draft) -> Result<(), crate::journal::IllegalTransition> {
    let journal = std::mem::take(&mut draft.state.journal);
    draft.state.journal = journal.enter(Phase::Deleting)?;
    draft.write_state(StepId::Migration(Milestone::DeleteRoutes, Part::Record), Reason::NoReturn);
    Ok(())
}

/// Whether the route may be deleted: it is in the stored journal, and not needed any more.
fn may_go(context: Context<'_>, facts: &Facts<'_>, own: &OwnRoute<'_>) -> bool {
    let entry = Entry::new(own.vm.clone(), own.destination);
    facts.journal.lists(own.vm, own.destination) && facts.is_covered(context, &entry)
}
