//! The reconciler finds out which operation an Infrastructure asks for, and has it carried out.

use std::time::Duration;

use jiff::Timestamp;
use planner::desired;
use planner::documents::cluster::Shoot;
use planner::documents::infrastructure::OperationType;
use planner::documents::names::FINALIZER;
use planner::plan::History;
use planner::text::line;
use tokio_util::sync::CancellationToken;

use super::completion::{cannot_begin, fail, leave, succeed};
use super::deletion::delete;
use super::dependencies::{Dependencies, Shared};
use super::end::{End, Requeue};
use super::execution::execute;
use super::reconciliation::Reconciliation;
use super::restored;
use crate::api::infrastructure::Infrastructure;
use crate::extension::contract::{Key, messages, operation};
use crate::extension::tell::{Event, Failure};
use crate::kubernetes::{Seed, StatusWriter};

/// The reconciler of all Infrastructures of a process.
pub struct Reconciler {
    shared: Shared,
}

impl Reconciler {
    /// A reconciler that has seen nothing yet.
    pub fn new(given: Dependencies) -> Self {
        Self { shared: Shared::new(given) }
    }

    /// The seed that the reconciler works on.
    pub fn seed(&self) -> &Seed {
        &self.shared.given.seed
    }

    /// The signal that ends the reconciler, see [`Dependencies::stop`].
    pub fn stop(&self) -> &CancellationToken {
        &self.shared.given.stop
    }

    /// The time by the wall clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.shared.now()
    }

    /// Keeps nothing any more for the object called `key`, which is no more.
    pub(crate) fn forget(&self, key: &Key) {
        self.shared.forget(key);
    }

    /// Reconciles the object called `key`, whatever it asks for. Errors end in its status, or, where that cannot be written, in
    /// the log.
    pub async fn reconcile(&self, key: &Key) -> Requeue {
        match self.try_reconcile(key).await {
            Ok(requeue) => requeue,
            Err(error) if error.is_of_reach() => Requeue::WithBackoff,
            Err(error) => {
                tracing::error!(infrastructure = %key, error = %line(&error.to_string()), "cannot reconcile");
                Requeue::WithBackoff
            }
        }
    }

    async fn try_reconcile(&self, key: &Key) -> Result<Requeue, Failure> {
        let seed = self.seed();
        let Some(mut infrastructure) = seed.infrastructure(&key.namespace, &key.name).await? else {
            self.forget(key);
            return Ok(Requeue::OnChange);
        };
        if operation::requested(&infrastructure) == Some("wait-for-state") {
            return Ok(Requeue::OnChange);
        }
        let cluster = match seed.cluster(&key.namespace).await {
            // Whoever has asked is told: it may be for ever.
            Err(error) if error.is_of_content() || error.is_missing() => Err(error),
            cluster => Ok(cluster?),
        };
        if cluster.as_ref().is_ok_and(|cluster| cluster.spec.shoot.has_failed()) {
            return Ok(Requeue::OnChange);
        }
        let Some(operation) = operation::of(&infrastructure) else { return Ok(Requeue::OnChange) };
        let is_held = operation::is_held(&infrastructure);
        if operation == OperationType::Delete && !is_held {
            return Ok(Requeue::OnChange);
        }
        if operation == OperationType::Restore {
            infrastructure = restored::with_words(seed, infrastructure).await?;
        }
        let cluster = match cluster {
            Ok(cluster) => cluster,
            Err(error) => {
                let on = Reconciliation::new(&self.shared, key, operation, infrastructure);
                return cannot_begin(&on, &error.into()).await;
            }
        };
        if !is_held && !matches!(operation, OperationType::Delete | OperationType::Migrate) {
            infrastructure = seed.add_finalizer(&infrastructure, FINALIZER).await?;
        }
        let on = Reconciliation::new(&self.shared, key, operation, infrastructure);
        carry_out(on, &cluster.spec.shoot).await
    }
}

/// Carries out the operation that is asked for.
async fn carry_out(mut on: Reconciliation<'_>, shoot: &Shoot) -> Result<Requeue, Failure> {
    let goes_on = on.goes_on();
    if !goes_on {
        // What was left as it is was left for that time.
        on.shared.cache.of(on.key, |cached| cached.history = History::default());
        on.processing(messages::of(on.operation).begins, 1).await?;
    }
    if on.is_requested() {
        // Before the work, so that a request that comes during it is another one; and after the status says that it is under
        // way, so that whoever dies in between leaves one or the other behind.
        let taken = on.take_request().await?;
        if operation::requested(&taken).is_some() {
            return Ok(Requeue::After(Duration::ZERO));
        }
        on.status = StatusWriter::new(&on.shared.given.seed, taken);
    }
    let ended = match on.operation {
        OperationType::Delete => delete(&on, shoot).await,
        // What there is stays, and what was pending stays written down: another seed goes on with it.
        OperationType::Migrate => Ok(End::Over),
        OperationType::Create | OperationType::Reconcile | OperationType::Restore => {
            if !goes_on {
                advise(&on, &on.status.last().await, shoot).await;
            }
            execute(&on).await
        }
    };
    match ended {
        Ok(End::GivenBack(after) | End::Postponed(after)) => Ok(Requeue::After(after)),
        Ok(End::Finished { report, state, unfinished }) => {
            succeed(&on, &report, state.as_deref(), unfinished).await
        }
        Ok(End::Over) => leave(&on).await,
        Err(failure) => fail(&on, &failure).await,
    }
}

/// Says what is odd about the configuration. It is never refused for that.
async fn advise(on: &Reconciliation<'_>, infrastructure: &Infrastructure, shoot: &Shoot) {
    let advice = desired::advice(infrastructure.spec.provider_config.as_ref(), shoot);
    for event in Event::few(advice.iter().map(Event::advice)) {
        on.record(infrastructure, &event).await;
    }
}
