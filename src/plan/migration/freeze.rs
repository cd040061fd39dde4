//! M7 freeze, M8 look again, and the way back from a freeze.
//!
//! As long as a cloud-controller-manager runs with cloud routes on it makes anew what is deleted. It is stopped as late as
//! possible: while it is down new nodes are not initialised and load balancers are not synced.

use std::ops::ControlFlow;

use super::facts::Facts;
use crate::journal::Phase;
use crate::plan::draft::Draft;
use crate::plan::subnets::later_than;
use crate::plan::{Action, Context, Step, StepId};
use crate::snapshot::{Ccm, Snapshot};
use crate::target::Target;

/// M7. Fulfilled only by a snapshot in which nothing can make a route: held by both annotations, the resource manager's word
/// that it ignores, scale zero, and no pod left.
pub(super) fn freeze(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let ccm = &context.seen.ccm;
    if !facts.needed || !ccm.may_make_routes() {
        return ControlFlow::Continue(());
    }
    if facts.routes.is_empty() && !facts.deleting() {
        return ControlFlow::Continue(());
    }
    if !facts.deleting() && !draft.is_idle() {
        // Something else in this Infrastructure is not done: if that failed for good, the control plane would stay frozen.
        return ControlFlow::Break(());
    }
    let now = context.seen.at;
    let since = *draft.state.journal.frozen_at.get_or_insert(now);
    if !facts.deleting() && overdue(context, since) {
        draft.stuck(format!(
            "M7: the cloud-controller-manager has not stopped within {} s (replicas {}, pods: {}); it is released again",
            context.settings.freeze_deadline.as_secs(),
            ccm.replicas.map_or_else(|| "unknown".to_owned(), |replicas| replicas.to_string()),
            pod_names(ccm),
        ));
        return ControlFlow::Break(());
    }
    let soon = later_than(context, context.settings.look_again);
    match ccm.managed_resource {
        Some(resource) if !resource.annotated() => draft.act(
            "M7/ignore",
            crate::api::names::CONTROL_PLANE_MANAGED_RESOURCE,
            Action::IgnoreControlPlane { ignore: true },
            "or the resource manager would start the cloud-controller-manager again",
        ),
        Some(resource) if !resource.ignored => {
            draft.wait(soon, "the resource manager has not yet said that it leaves the control plane alone");
        }
        _ if ccm.replicas.is_some_and(|replicas| replicas != 0) => draft.act(
            "M7/scale",
            crate::api::names::CCM_DEPLOYMENT,
            Action::ScaleCcm { replicas: 0 },
            "or it would make the routes anew",
        ),
        _ => draft.wait(soon, format!("pods of the cloud-controller-manager are ending: {}", pod_names(ccm))),
    }
    ControlFlow::Break(())
}

/// M8. An insert outlives the pod that sent it. What is new was already found by M2, M5 and M6, which come first.
pub(super) fn look_again(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let inserts = context.seen.cloud.route_inserts_in_flight;
    if facts.routes.is_empty() || inserts == 0 {
        return ControlFlow::Continue(());
    }
    draft.wait(
        later_than(context, context.settings.look_again),
        format!("{inserts} insert(s) that may still make a route are in flight"),
    );
    ControlFlow::Break(())
}

/// Takes a freeze of ours back, unless routes are being deleted: then the cloud-controller-manager must never run again as it was.
pub fn unfreeze(_target: &Target, seen: &Snapshot) -> Vec<Step> {
    let journal = &seen.state.journal;
    if journal.phase == Some(Phase::Deleting) || journal.frozen_at.is_none() {
        return Vec::new();
    }
    let why = "the migration is given up for now, before any route was deleted: the cluster gets its controller back";
    let release = match seen.ccm.managed_resource {
        Some(resource) if resource.ignore || resource.remove_ignore => {
            let target = crate::api::names::CONTROL_PLANE_MANAGED_RESOURCE;
            Some((target, Action::IgnoreControlPlane { ignore: false }))
        }
        None if seen.ccm.replicas == Some(0) => {
            Some((crate::api::names::CCM_DEPLOYMENT, Action::ScaleCcm { replicas: 1 }))
        }
        _ => None,
    };
    let mut state = seen.state.clone();
    state.journal.frozen_at = None;
    let step = |id: &str, target: &str, action, needs| Step {
        id: StepId::new(id),
        action,
        target: target.to_owned(),
        why: why.to_owned(),
        needs,
    };
    // The record goes last: as long as it stands, the next pass knows that this freeze is ours to take back.
    let mut steps: Vec<Step> =
        release.into_iter().map(|(target, action)| step("M7/release", target, action, Vec::new())).collect();
    let needs = steps.iter().map(|step| step.id.clone()).collect();
    steps.push(step("state", "status.state", Action::WriteState(Box::new(state)), needs));
    steps
}

fn overdue(context: Context<'_>, since: jiff::Timestamp) -> bool {
    let until = since.min(context.seen.at).checked_add(context.settings.freeze_deadline);
    until.is_ok_and(|until| until <= context.seen.at)
}

fn pod_names(ccm: &Ccm) -> String {
    let names: Vec<&str> = ccm.pods.iter().map(|pod| pod.name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
