//! Do: steps to effects. The only place that changes the cloud, the state and the cloud-controller-manager.
//!
//! Runs steps by their dependencies, several at a time, each awaited to its end. Takes no decision that the planner could take:
//! a step that fails is reported, not repaired, and the next look at the world decides what it means.

mod accounts;
mod cloud;
mod error;
mod queue;
mod routers;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::Value;

pub use error::ApplyError;
pub use routers::RouterLocks;

use crate::gcp::Clients;
use crate::journal;
use crate::kubernetes::{Neighbours, StatusWriter};
use crate::plan::resource::{Body, Kind};
use crate::plan::{Action, Step, StepId};
use queue::Queue;

/// Everything that a step can have an effect on.
pub struct Applier<'a> {
    /// The cloud, if there are credentials for it.
    pub cloud: Option<&'a Clients>,
    /// Routers that shoots share.
    pub routers: &'a RouterLocks,
    /// The cloud-controller-manager and its guard.
    pub neighbours: &'a Neighbours,
    /// The state.
    pub status: &'a StatusWriter,
    /// `status.state` as the plan was made from it.
    pub state_before: &'a Value,
    /// The most steps under way at once.
    pub parallelism: usize,
}

/// What became of the steps.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Carried out and confirmed.
    pub done: Vec<StepId>,
    /// How many of those changed something other than the state.
    pub changes: usize,
    /// Not carried out, or not confirmed.
    pub failed: Vec<(StepId, ApplyError)>,
    /// Not begun, because a step that they need failed.
    pub skipped: Vec<StepId>,
}

impl Applier<'_> {
    /// Carries out `steps`; `on_done` hears of each one that is.
    ///
    /// A step that fails does not stop those that do not need it. If this future is dropped, calls that were sent may still
    /// take effect; the next look at the world tells.
    pub async fn apply(&self, steps: Vec<Step>, on_done: impl Fn(&Step)) -> Outcome {
        let mut outcome = Outcome::default();
        let mut queue = Queue::of(steps);
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.parallelism.max(1) {
                let Some(step) = queue.next() else { break };
                running.push(self.run(step));
            }
            let Some((step, result)) = running.next().await else { break };
            match result {
                Ok(()) => {
                    on_done(&step);
                    queue.is_done(&step.id);
                    outcome.changes += usize::from(!matches!(step.action, Action::WriteState(_)));
                    outcome.done.push(step.id);
                }
                Err(error) => outcome.failed.push((step.id, error)),
            }
        }
        outcome.skipped = queue.left();
        outcome
    }

    async fn run(&self, step: Step) -> (Step, Result<(), ApplyError>) {
        let result = self.carry_out(&step.action).await;
        (step, result)
    }

    async fn carry_out(&self, action: &Action) -> Result<(), ApplyError> {
        match action {
            Action::WriteState(state) => {
                Ok(self.status.write_state(self.state_before, &journal::encode(state)).await?)
            }
            Action::IgnoreControlPlane { ignore } => {
                Ok(self.neighbours.ignore_control_plane(*ignore).await?)
            }
            Action::ScaleCcm { replicas } => Ok(self.neighbours.scale_ccm(*replicas).await?),
            cloud => self.on_cloud(self.cloud.ok_or(ApplyError::NoCloud)?, cloud).await,
        }
    }

    async fn on_cloud(&self, clients: &Clients, action: &Action) -> Result<(), ApplyError> {
        match action {
            Action::SetNats { router, before, nats, .. } => {
                self.routers.set_nats(&clients.compute, router, before, nats).await
            }
            Action::Insert { body: Body::ServiceAccount(account), .. } => {
                Ok(accounts::create(&clients.iam, &account.id, &account.display_name).await?)
            }
            Action::Delete { object, .. } if object.kind == Kind::ServiceAccount => {
                Ok(clients.iam.delete_service_account(&object.name).await?)
            }
            action => cloud::carry_out(&clients.compute, action).await,
        }
    }
}
