//! M7 freeze, M8 look again, and the release of a freeze.
//!
//! While a cloud-controller-manager runs with cloud routes on, it makes deleted routes anew. It is stopped as late as possible,
//! because without it new nodes are not initialised and load balancers are not synchronised.

use std::ops::ControlFlow;

use super::facts::Facts;
use super::{preflight, remedy};
use crate::journal::{Journal, Phase, State};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::step::{Part as StepPart, StepId};
use crate::plan::subnets::later_than;
use crate::plan::{Action, Course, Reason, Step};
use crate::snapshot::{Ccm, ManagedResource, Part, Parts};
use crate::text::listed;
use crate::vocabulary::Milestone;

/// M7. The freeze is fulfilled only by a snapshot in which nothing can make a route: both annotations are set, the resource
/// manager reports that it ignores the ManagedResource, the scale is zero, and no pod is left.
pub(super) fn freeze(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let ccm = &context.seen.ccm;
    if !facts.needed || !ccm.may_make_routes() {
        return ControlFlow::Continue(());
    }
    if facts.routes.is_empty() && !facts.loses_flag() && !facts.deleting() {
        return ControlFlow::Continue(());
    }
    if !facts.deleting() && !draft.is_idle() {
        // The freeze comes last: if anything else failed for good, the control plane would stay frozen.
        return ControlFlow::Break(());
    }
    if let Some(why) = preflight::left_alone(ccm).filter(|_| !facts.deleting()) {
        draft.stuck(format!(
            "M7: {why}; every node is served as before, and it goes on once this is put right; to go back {}",
            remedy::STAY
        ));
        return ControlFlow::Break(());
    }
    // An instant in the future comes from a clock that was set back, and counts as now.
    let since = facts.journal.frozen_at.map_or(context.seen.at, |since| since.min(context.seen.at));
    draft.state.journal.frozen_at = Some(since);
    draft.state.journal.releasing = false;
    if !facts.deleting() && overdue(context, since) {
        draft.stuck(format!(
            "M7: the cloud-controller-manager has not stopped within {} s (replicas {}, pods: {}); it is released again, and the \
             next run stops it anew: with 0 replicas look why these pods do not end, else whether the seed's resource manager runs",
            context.settings.freeze_deadline.as_secs(),
            ccm.replicas.map_or_else(|| "unknown".to_owned(), |replicas| replicas.to_string()),
            pod_names(ccm),
        ));
        return ControlFlow::Break(());
    }
    let soon = later_than(context, context.settings.look_again);
    match ccm.managed_resource {
        // Its word is that of an earlier freeze: it has not seen yet that this was taken back, and would not see the new one either.
        Some(resource) if !resource.annotated() && resource.ignored && !facts.deleting() => {
            let why =
                "the resource manager has not yet taken the control plane up again after an earlier freeze";
            draft.wait_for(soon, why, Parts::new());
        }
        Some(resource) if !resource.annotated() => draft.act(
            id(StepPart::Ignore),
            Action::IgnoreControlPlane { ignore: true, version: ccm.managed_resource_version.clone() },
            Reason::ChartLeftAlone,
        ),
        Some(resource) if !resource.ignored => {
            let why = "the resource manager has not yet said that it leaves the control plane alone";
            draft.wait_for(soon, why, Parts::new());
        }
        _ if ccm.replicas.is_some_and(|replicas| replicas != 0) => {
            let version = ccm.deployment_version.clone();
            draft.act(id(StepPart::Scale), Action::ScaleCcm { replicas: 0, version }, Reason::NoMoreRoutes);
        }
        _ => {
            let why = format!("pods of the cloud-controller-manager are ending: {}", pod_names(ccm));
            draft.wait_for(soon, why, Parts::new());
        }
    }
    ControlFlow::Break(())
}

/// M8. No insert of a route may be in flight, as inserts outlive the pod that sent them. New routes and VMs are found by M2, M5
/// and M6, which come first.
pub(super) fn look_again(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let inserts = context.seen.cloud.route_inserts_in_flight;
    if facts.routes.is_empty() && !facts.loses_flag() || inserts == 0 {
        return ControlFlow::Continue(());
    }
    let frozen = facts.journal.frozen_at.filter(|_| !facts.deleting());
    if frozen.is_some_and(|since| overdue(context, since)) {
        draft.stuck(format!(
            "M8: {inserts} insert(s) that may make a route of this shoot have been in flight for {} s; the \
             cloud-controller-manager is released again, and the next run goes on: look at the project's operations of type insert on routes",
            context.settings.freeze_deadline.as_secs(),
        ));
        return ControlFlow::Break(());
    }
    draft.wait_for(
        later_than(context, context.settings.look_again),
        format!("{inserts} insert(s) that may still make a route are in flight"),
        Parts::from([Part::Operations]),
    );
    ControlFlow::Break(())
}

/// Gives the cloud-controller-manager back, if it is stopped, or told to be.
pub(super) fn give_back(context: Context<'_>, draft: &mut Draft) -> ControlFlow<()> {
    record_stray(context, draft)?;
    let Some(step) = release(&context.seen.state, &context.seen.ccm) else {
        return ControlFlow::Continue(());
    };
    // It writes the state by itself, so it comes alone.
    if draft.steps.is_empty() {
        draft.steps.push(step);
        draft.hold_state();
    }
    ControlFlow::Break(())
}

/// A freeze that nobody has recorded is one that a late write of another process made after all was taken back, or that another controller
/// left: it is recorded as one that is released, and then is.
fn record_stray(context: Context<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let stands = context.seen.ccm.managed_resource.is_some_and(ManagedResource::annotated);
    if context.seen.state.journal.frozen_at.is_some() || !stands || context.asked.reported {
        return ControlFlow::Continue(());
    }
    draft.state.journal.frozen_at = Some(context.seen.at);
    draft.state.journal.releasing = true;
    draft.write_state(id(StepPart::Releasing), Reason::FrozenByNobody);
    ControlFlow::Break(())
}

/// Begins to give back what nobody has recorded as stopped, before a run ends in an error. Not past the point of no return, and not
/// where routes would be refused, as the pod range stands without the flag: for a refused one every node is replaced.
pub(in crate::plan) fn in_vain(context: Context<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let stands = match context.course {
        Course::Leaving | Course::Committed => true,
        Course::Announced
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Preparing { .. }
        | Course::Steady => {
            Facts::gather(context).is_some_and(|facts| facts.pod_range().is_some() && !facts.subnet.overlap)
        }
    };
    if stands { ControlFlow::Continue(()) } else { record_stray(context, draft) }
}

/// The next step to release a freeze; `None` if there is no freeze of this controller, or if routes are being deleted, as the
/// cloud-controller-manager must never run again with cloud routes on then.
///
/// First the release is recorded. That write is refused if the point of no return was recorded in between, and a late record of
/// it is refused afterwards. The record of the freeze is removed last: while it exists, any process knows that the freeze is this
/// controller's.
pub fn release(state: &State, ccm: &Ccm) -> Option<Step> {
    let journal = &state.journal;
    if journal.phase == Some(Phase::Deleting) || journal.frozen_at.is_none() {
        return None;
    }
    let write = |journal: Journal| Action::WriteState(Box::new(State { journal, ..state.clone() }));
    let (part, action) = match ccm.managed_resource {
        _ if !journal.releasing => {
            (StepPart::Releasing, write(Journal { releasing: true, ..journal.clone() }))
        }
        Some(resource) if resource.ignore || resource.remove_ignore => {
            let version = ccm.managed_resource_version.clone();
            (StepPart::Release, Action::IgnoreControlPlane { ignore: false, version })
        }
        None if ccm.replicas == Some(0) => {
            let version = ccm.deployment_version.clone();
            (StepPart::Release, Action::ScaleCcm { replicas: 1, version })
        }
        _ => (StepPart::Released, write(Journal { releasing: false, frozen_at: None, ..journal.clone() })),
    };
    Some(Step::new(id(part), action, Reason::GivenUp))
}

fn id(part: StepPart) -> StepId {
    StepId::Migration(Milestone::Freeze, part)
}

fn overdue(context: Context<'_>, since: jiff::Timestamp) -> bool {
    let until = since.checked_add(context.settings.freeze_deadline);
    until.is_ok_and(|until| until <= context.seen.at)
}

fn pod_names(ccm: &Ccm) -> String {
    let names: Vec<&str> = ccm.pods.iter().map(|pod| pod.name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { listed(names, ", ") }
}
