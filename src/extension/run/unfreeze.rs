//! The way out: a cloud-controller-manager that was stopped for a migration is started again when the run gives up.
//!
//! Needs the seed only: it must be possible when credentials, cloud or configuration are what failed.

use planner::journal;
use planner::plan;
use planner::text::chain;
use planner::text::line;
use planner::vocabulary::is_name;

use super::reconciliation::Reconciliation;
use crate::apply::{Applier, RouterLocks};
use crate::extension::tell::Event;
use crate::kubernetes::Neighbours;

/// The most rounds, more than there are steps: a write that was refused is decided anew.
const ROUNDS: usize = 6;

/// Takes back a freeze of ours, step by step, as long as the limits allow. What cannot be done now is done by the next run.
pub(super) async fn unfreeze(on: &Reconciliation<'_>) {
    match tokio::time::timeout(on.shared.given.limits.give_up, rounds(on)).await {
        Ok(true) => {}
        Ok(false) | Err(_) => tracing::error!(
            infrastructure = %on.key,
            "the cloud-controller-manager could not be released; the next run tries again"
        ),
    }
}

/// Makes the rounds, and returns whether nothing is left to take back.
async fn rounds(on: &Reconciliation<'_>) -> bool {
    let (key, seed, status) = (on.key, &on.shared.given.seed, &on.status);
    for _ in 0..ROUNDS {
        let Ok(infrastructure) = status.reread().await else { continue };
        let before = infrastructure.status.as_ref().and_then(|status| status.state.clone());
        let Ok(state) = journal::decode(before.as_ref()) else { return true };
        if state.journal.frozen_at.is_none() {
            return true;
        }
        // Without its Cluster the control plane is looked for where it is in production: in the same namespace.
        let cluster = seed.cluster(&key.namespace).await.ok();
        let control_plane = cluster.and_then(|cluster| cluster.spec.shoot.status.technical_id);
        let control_plane = control_plane.as_deref().filter(|id| is_name(id));
        let neighbours = Neighbours::new(seed.clone(), &key.namespace, control_plane);
        let Ok(ccm) = neighbours.observe().await else { continue };
        let Some(step) = plan::on_give_up(&state, &ccm) else { return true };
        let applier = Applier {
            cloud: None,
            routers: &RouterLocks::default(),
            neighbours: &neighbours,
            status,
            state_before: &before.unwrap_or_default(),
            parallelism: 1,
        };
        let steps = vec![step];
        let outcome = applier
            .apply(
                steps.clone(),
                |step| tracing::info!(infrastructure = %key, step = %step.id, "{}", line(&step.action.summary())),
            )
            .await;
        if outcome.failed.is_empty() {
            for event in Event::carried_out(&steps, state.journal.phase) {
                on.record(&infrastructure, &event).await;
            }
        }
        for (step, error) in outcome.failed {
            tracing::warn!(infrastructure = %key, %step, error = %chain(&error), "step failed");
        }
    }
    false
}
