//! One reconciliation of one Infrastructure, from its annotation to its status.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::cache::Memory;
use super::limits::Patience;
use super::observation::View;
use super::pass::{End, Passes};
use super::{quota, unfreeze};
use crate::api::cluster::Shoot;
use crate::api::infrastructure::{Infrastructure, OperationState, OperationType};
use crate::api::names::{FINALIZER, OPERATION_ANNOTATION};
use crate::apply::RouterLocks;
use crate::environment::Clock;
use crate::excerpt::line;
use crate::extension::access::{CloudAccess, Holders};
use crate::extension::contract::{Key, messages, operation};
use crate::extension::tell::{Failure, Narrator, Note, last_error, progress};
use crate::gcp::Clients;
use crate::journal;
use crate::kubernetes::{Seed, StatusWriter};
use crate::plan::History;
use crate::snapshot::Settings;
use crate::target::{self, Advice};
use crate::vocabulary::Milestone;

/// After a migration, when what was put off is taken up: the control plane is reconciled before, if all goes as usual.
const AFTER_MIGRATION: Duration = Duration::from_secs(120);

/// What is to happen with an object next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing until it changes.
    Rest,
    /// Another reconciliation after this.
    After(Duration),
    /// Another reconciliation after the usual back-off; something failed.
    Retry,
}

/// What a [`Reconciler`] works with.
pub struct Surroundings {
    /// The seed.
    pub seed: Seed,
    /// The way to the cloud.
    pub access: Arc<dyn CloudAccess>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Hears of each finished step of a migration.
    pub narrator: Arc<dyn Narrator>,
    /// What decisions depend on.
    pub settings: Settings,
    /// How long and how hard to try.
    pub patience: Patience,
    /// Whether every shoot has a service account of its own, and not only those that have one already.
    pub service_accounts: bool,
    /// Once cancelled, no reconciliation begins, and one under way ends between two passes, to be taken up by the next process.
    pub stop: CancellationToken,
}

/// Reconciles Infrastructures.
pub struct Reconciler {
    pub(super) with: Surroundings,
    memory: Memory,
    holders: Holders,
    routers: RouterLocks,
}

impl Reconciler {
    /// A reconciler that has seen nothing yet.
    pub fn new(with: Surroundings) -> Self {
        Self { with, memory: Memory::default(), holders: Holders::default(), routers: RouterLocks::default() }
    }

    /// The seed that it works on.
    pub fn seed(&self) -> &Seed {
        &self.with.seed
    }

    /// The object called `key` is no more: nothing is kept for it.
    pub(crate) fn forget(&self, key: &Key) {
        self.memory.forget(key);
        self.holders.release(key);
    }

    /// The time by the wall clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.with.clock.now()
    }

    /// What ends it, see [`Surroundings::stop`].
    pub fn stop(&self) -> &CancellationToken {
        &self.with.stop
    }

    /// Reconciles the object called `key`, whatever it asks for. Errors end in its status, or, where that cannot be written, in
    /// the log.
    pub async fn reconcile(&self, key: &Key) -> Next {
        match self.try_reconcile(key).await {
            Ok(next) => next,
            Err(error) if error.is_of_reach() => Next::Retry,
            Err(error) => {
                tracing::error!(infrastructure = %key, error = %line(&error.to_string()), "cannot reconcile");
                Next::Retry
            }
        }
    }

    async fn try_reconcile(&self, key: &Key) -> Result<Next, Failure> {
        let Some(mut infrastructure) = self.with.seed.infrastructure(&key.namespace, &key.name).await? else {
            self.forget(key);
            return Ok(Next::Rest);
        };
        if operation::requested(&infrastructure) == Some("wait-for-state") {
            return Ok(Next::Rest);
        }
        let cluster = match self.with.seed.cluster(&key.namespace).await {
            Ok(cluster) => cluster,
            // Whoever has asked is told: it may be for ever.
            Err(error) if error.is_of_content() || error.is_missing() => {
                return self.cannot_begin(key, infrastructure, error.into()).await;
            }
            Err(error) => return Err(error.into()),
        };
        if cluster.spec.shoot.has_failed() {
            return Ok(Next::Rest);
        }
        let finalizers = infrastructure.metadata.finalizers.as_deref().unwrap_or_default();
        let ours = finalizers.iter().any(|finalizer| finalizer == FINALIZER);
        let Some(operation) = operation::of(&infrastructure) else { return Ok(Next::Rest) };
        match operation {
            OperationType::Delete if !ours => return Ok(Next::Rest),
            OperationType::Delete | OperationType::Migrate => {}
            _ if !ours => infrastructure = self.with.seed.add_finalizer(&infrastructure, FINALIZER).await?,
            _ => {}
        }
        self.carry_out(key, operation, infrastructure, &cluster.spec.shoot).await
    }

    async fn carry_out(
        &self,
        key: &Key,
        operation: OperationType,
        infrastructure: Infrastructure,
        shoot: &Shoot,
    ) -> Result<Next, Failure> {
        let goes_on = operation::last(&infrastructure)
            .is_some_and(|last| last.state == OperationState::Processing && last.operation_type == operation);
        let asked = infrastructure.clone();
        let mut status = StatusWriter::new(&self.with.seed, infrastructure);
        if !goes_on {
            // What was left as it is was left for that time.
            self.memory.of(key, |kept| kept.history = History::default());
            status.processing(operation, messages::of(operation).begins, 1, self.with.clock.now()).await?;
        }
        if operation::requested(&asked) == Some("reconcile") {
            // Before the work, so that a request that comes during it is another one; and after the status says that it is under
            // way, so that whoever dies in between leaves one or the other behind.
            let taken = self.take_request(&asked, &status).await?;
            if operation::requested(&taken).is_some() {
                return Ok(Next::After(Duration::ZERO));
            }
            status = StatusWriter::new(&self.with.seed, taken);
        }
        let ended = match operation {
            OperationType::Delete => self.delete(key, shoot, &status).await,
            // What there is stays, and what was pending stays written down: another seed goes on with it.
            OperationType::Migrate => Ok(End::Over),
            OperationType::Create | OperationType::Reconcile | OperationType::Restore => {
                if !goes_on {
                    self.advise(&status.last().await, shoot).await;
                }
                self.run(key, operation, &status).await
            }
        };
        match ended {
            Ok(End::GivenBack(after) | End::Postponed(after)) => Ok(Next::After(after)),
            Ok(End::Finished { report, state, unfinished }) => {
                if operation == OperationType::Restore {
                    status.saw(self.take_request(&asked, &status).await?).await;
                }
                let (text, now) = (messages::of(operation).succeeded, self.with.clock.now());
                let state = state.map(|state| journal::encode(&state));
                status.succeeded(operation, text, Some(&report), state.as_ref(), now).await?;
                tracing::info!(infrastructure = %key, operation = ?operation, "{text}");
                self.tell_end(key).await;
                Ok(if unfinished { Next::After(AFTER_MIGRATION) } else { Next::Rest })
            }
            Ok(End::Over) => {
                self.leave(key, operation, &asked, &status).await?;
                self.forget(key);
                Ok(Next::Rest)
            }
            Err(failure) => self.fail(key, operation, &status, &failure).await,
        }
    }

    /// What is to be done cannot be found out: said in the status, if anything was to be done at all.
    async fn cannot_begin(
        &self,
        key: &Key,
        infrastructure: Infrastructure,
        failure: Failure,
    ) -> Result<Next, Failure> {
        let finalizers = infrastructure.metadata.finalizers.as_deref().unwrap_or_default();
        match operation::of(&infrastructure) {
            None => Ok(Next::Rest),
            Some(OperationType::Delete) if !finalizers.iter().any(|name| name == FINALIZER) => Ok(Next::Rest),
            Some(operation) => {
                let asked = infrastructure.clone();
                let status = StatusWriter::new(&self.with.seed, infrastructure);
                let next = self.fail(key, operation, &status, &failure).await?;
                if operation::requested(&asked) == Some("reconcile") {
                    self.take_request(&asked, &status).await?;
                }
                Ok(next)
            }
        }
    }

    async fn fail(
        &self,
        key: &Key,
        operation: OperationType,
        status: &StatusWriter,
        failure: &Failure,
    ) -> Result<Next, Failure> {
        if failure.is_of_reach() {
            // It is told where that shows; nothing can be written or given back now, and the next run goes on.
            return Ok(Next::Retry);
        }
        let (narrator, deadline) = (self.with.narrator.as_ref(), self.with.patience.give_up);
        unfreeze::unfreeze(key, &self.with.seed, status, narrator, deadline).await;
        let description = last_error::description(operation, failure);
        tracing::error!(infrastructure = %key, operation = ?operation, "{}", line(&description));
        // A code would end gardenlet's retries, and with them leave the cloud-controller-manager at zero.
        let codes = if holds_ccm(&status.last().await) { Vec::new() } else { last_error::codes(failure) };
        status.failed(operation, &description, codes, self.with.clock.now()).await?;
        Ok(Next::Retry)
    }

    /// The object has nothing to do with this seed, or with the cloud, any more. `asked`: as it was when that was asked for.
    async fn leave(
        &self,
        key: &Key,
        operation: OperationType,
        asked: &Infrastructure,
        status: &StatusWriter,
    ) -> Result<(), Failure> {
        if operation == OperationType::Delete {
            self.warn_of_terraform(key, &status.last().await).await;
        }
        let (text, now) = (messages::of(operation).succeeded, self.with.clock.now());
        status.succeeded(operation, text, None, None, now).await?;
        tracing::info!(infrastructure = %key, operation = ?operation, "{text}");
        self.with.seed.remove_finalizer(&key.namespace, &key.name, FINALIZER).await?;
        if operation == OperationType::Migrate {
            let taken = async {
                status.reread().await?;
                self.take_request(asked, status).await
            };
            match taken.await {
                // It was being deleted, and that was its last finalizer.
                Err(Failure::Kubernetes(error)) if error.is_missing() => {}
                result => drop(result?),
            }
        }
        Ok(())
    }

    /// Says what is odd about the configuration. It is never refused for that.
    async fn advise(&self, infrastructure: &Infrastructure, shoot: &Shoot) {
        let advice = target::advice(infrastructure.spec.provider_config.as_ref(), shoot);
        let note = |advice: Advice| {
            Note::warning("ConfigurationAdvice", format!("{}: {}", advice.path, advice.message))
        };
        for note in Note::few(advice.into_iter().map(note)) {
            self.with.narrator.note(infrastructure, &note).await;
        }
    }

    /// A migration is over when its end is reported.
    async fn tell_end(&self, key: &Key) {
        if self.memory.forget(key).progress.is_some() {
            self.with.narrator.milestone_done(key, Milestone::Report).await;
        }
    }

    /// Clients of the cloud, made of the credentials of `infrastructure`.
    pub(super) async fn clients(
        &self,
        key: &Key,
        infrastructure: &Infrastructure,
    ) -> Result<Arc<Clients>, Failure> {
        let secret = &infrastructure.spec.secret_ref;
        let secret = self.with.seed.secret(&secret.namespace, &secret.name).await.map_err(|error| {
            if error.is_missing() {
                self.holders.release(key);
            }
            Failure::Secret(error)
        })?;
        let clients = self.with.access.clients(&self.with.seed, &secret);
        self.holders.hold(key, clients).map_err(Failure::Credentials)
    }

    /// How the world is looked at by `cloud`.
    pub(super) fn view<'a>(&'a self, cloud: &'a Clients) -> View<'a> {
        View {
            seed: &self.with.seed,
            cloud,
            clock: self.with.clock.as_ref(),
            service_accounts: self.with.service_accounts,
        }
    }

    pub(super) async fn run(
        &self,
        key: &Key,
        operation: OperationType,
        status: &StatusWriter,
    ) -> Result<End, Failure> {
        let infrastructure = status.last().await;
        if operation != OperationType::Delete {
            // Said before anything is asked of anybody.
            target::decode(infrastructure.spec.provider_config.as_ref())?;
        }
        let clients = self.clients(key, &infrastructure).await?;
        let (updates, receiver) = watch::channel(None);
        let last = receiver.clone();
        let passes = Passes {
            key,
            operation,
            view: self.view(&clients),
            routers: &self.routers,
            status,
            settings: &self.with.settings,
            patience: &self.with.patience,
            narrator: &self.with.narrator,
            stop: &self.with.stop,
            progress: updates,
            memory: &self.memory,
        };
        let run = async {
            let ended = passes.run().await;
            // With the sender gone the writer ends, after the write that it has begun: a progress that arrived after the
            // outcome would hide it.
            drop(passes);
            ended
        };
        let (ended, ()) =
            tokio::join!(run, progress::write(status, operation, self.with.clock.as_ref(), receiver));
        let reached = *last.borrow();
        if let (Ok(End::GivenBack(_) | End::Postponed(_)), Some(progress)) = (&ended, reached) {
            // What is waited for now is what a person wants to know while nothing happens.
            let now = self.with.clock.now();
            status.processing(operation, &progress.to_string(), progress.percent(), now).await?;
        }
        match ended {
            Err(failure) if failure.is_of_quota() => {
                Err(quota::explain(failure, &clients.compute, &infrastructure.spec.region).await)
            }
            ended => ended,
        }
    }

    /// Takes the request away that `asked` shows, unless somebody has asked anew since, and returns the object as it is then.
    async fn take_request(
        &self,
        asked: &Infrastructure,
        status: &StatusWriter,
    ) -> Result<Infrastructure, Failure> {
        let same = |found: &Infrastructure| operation::is_one_request(asked, found);
        Ok(self.with.seed.remove_annotation(status.last().await, OPERATION_ANNOTATION, same).await?)
    }
}

/// Whether the cloud-controller-manager may be at zero because of a migration of `infrastructure`. A state of ours that cannot
/// be read may say so; one that we did not write does not.
fn holds_ccm(infrastructure: &Infrastructure) -> bool {
    let state = infrastructure.status.as_ref().and_then(|status| status.state.as_ref());
    journal::decode(state).map_or_else(|_| journal::is_ours(state), |state| state.holds_ccm())
}
