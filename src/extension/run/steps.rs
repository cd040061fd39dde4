//! The runner of the steps of a pass, which tells of each.

use std::sync::{Mutex, PoisonError};

use planner::plan::Step;
use planner::text::{chain, line};
use planner::vocabulary::Milestone;

use super::milestones::Milestones;
use super::observation::Observation;
use super::reconciliation::Reconciliation;
use crate::api::infrastructure::Infrastructure;
use crate::apply::{Applier, Outcome};
use crate::extension::tell::Event;
use crate::gcp::Clients;

/// A runner of the steps of a pass.
pub(super) struct StepRunner<'a> {
    pub(super) on: &'a Reconciliation<'a>,
    pub(super) clients: &'a Clients,
    pub(super) milestones: &'a Milestones<'a>,
}

impl StepRunner<'_> {
    /// Carries out `steps`, which follow from `observation`, and tells of each; steps for single nodes count towards `milestone`.
    pub(super) async fn carry_out(
        &self,
        infrastructure: &Infrastructure,
        observation: &Observation,
        steps: Vec<Step>,
        milestone: Option<Milestone>,
    ) -> Outcome {
        let (key, shared) = (self.on.key, self.on.shared);
        let last = self.on.status.last().await;
        let state = last.status.and_then(|status| status.state).unwrap_or_default();
        let applier = Applier {
            cloud: Some(self.clients),
            routers: &shared.routers,
            neighbours: &observation.neighbours,
            status: &self.on.status,
            state_before: &state,
            parallelism: shared.given.limits.parallelism,
        };
        let carried_out = Mutex::new(Vec::new());
        let outcome = applier
            .apply(steps, |step| {
                carried_out.lock().unwrap_or_else(PoisonError::into_inner).push(step.clone());
                tracing::info!(infrastructure = %key, step = %step.id, object = %step.target(), why = %line(&step.why()), "{}", line(&step.action.summary()));
                if milestone.is_some() && step.id.of_node() == milestone {
                    self.milestones.node_done();
                }
            })
            .await;
        for (step, error) in &outcome.failed {
            tracing::warn!(infrastructure = %key, step = %step, error = %chain(error), "step failed");
        }
        let carried_out = carried_out.into_inner().unwrap_or_else(PoisonError::into_inner);
        for event in Event::carried_out(&carried_out, observation.seen.state.journal.phase) {
            self.on.record(infrastructure, &event).await;
        }
        outcome
    }
}
