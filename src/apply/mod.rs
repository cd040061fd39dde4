//! The apply stage, the only place that changes the cloud, the state and the cloud-controller-manager.
//!
//! Steps run in the order of their dependencies, several at a time, and each is awaited to its end. No decision is taken here
//! that the planner could take: a failed step is reported, not repaired, and the next observation shows what follows from it.

mod accounts;
mod cloud;
mod error;
mod queue;
mod routers;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use planner::journal;
use planner::plan::resource::{Body, Kind, ResourceRef};
use planner::plan::{Action, Step, StepId};
use serde_json::Value;

pub use error::ApplyError;
pub use routers::RouterLocks;

use crate::gcp::Clients;
use crate::kubernetes::{Neighbours, StatusWriter};
use queue::Queue;

/// The executor of steps, with everything that they can have an effect on.
pub struct Applier<'a> {
    /// The clients of Google Cloud; `None` without credentials.
    pub cloud: Option<&'a Clients>,
    /// The locks of routers that several shoots of this process share.
    pub routers: &'a RouterLocks,
    /// The cloud-controller-manager and its ManagedResource.
    pub neighbours: &'a Neighbours,
    /// The writer of the Infrastructure's status, which holds the state.
    pub status: &'a StatusWriter,
    /// The `status.state` that the plan is based on.
    pub state_before: &'a Value,
    /// The maximum number of steps under way at once.
    pub parallelism: usize,
}

/// The outcome of a plan, by step.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The steps that were carried out and confirmed.
    pub done: Vec<StepId>,
    /// The number of steps carried out that changed something other than the state.
    pub changes: usize,
    /// The steps that were not carried out, or not confirmed.
    pub failed: Vec<(StepId, ApplyError)>,
    /// The steps that were not begun, because a step that they need failed.
    pub skipped: Vec<StepId>,
}

impl Applier<'_> {
    /// Carries out `steps`; `on_done` is called after each step that succeeded.
    ///
    /// A failed step does not stop those that do not need it. If this future is dropped, calls that were sent may still take
    /// effect, which the next observation shows.
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
            Action::TakeWords { words } => Ok(self.status.take_words(words).await?),
            Action::IgnoreControlPlane { ignore, version } => {
                Ok(self.neighbours.ignore_control_plane(*ignore, version).await?)
            }
            Action::ScaleCcm { replicas, version } => {
                Ok(self.neighbours.scale_ccm(*replicas, version).await?)
            }
            Action::SetNats { router, before, nats, .. } => {
                self.routers.set_nats(&self.clients()?.compute, router, before, nats).await
            }
            Action::Insert { body: Body::ServiceAccount(account), .. } => {
                let iam = &self.clients()?.iam;
                Ok(accounts::create(iam, &account.id, &account.display_name).await?)
            }
            Action::Delete { object: ResourceRef { kind: Kind::ServiceAccount, name, .. }, .. } => {
                Ok(self.clients()?.iam.delete_service_account(name).await?)
            }
            Action::Insert {
                body: Body::Network(_) | Body::Subnet(_) | Body::Router(_) | Body::Firewall(_),
                ..
            }
            | Action::Patch { .. }
            | Action::Delete {
                object:
                    ResourceRef {
                        kind:
                            Kind::Network | Kind::Subnet | Kind::Router | Kind::Firewall | Kind::Route | Kind::Vm,
                        ..
                    },
                ..
            }
            | Action::SetAliases { .. } => cloud::carry_out(&self.clients()?.compute, action).await,
        }
    }

    fn clients(&self) -> Result<&Clients, ApplyError> {
        self.cloud.ok_or(ApplyError::NoCloud)
    }
}
