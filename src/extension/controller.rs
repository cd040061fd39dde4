//! The controller watches Infrastructures and reconciles them: one task per object, a bounded number of reconciliations at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, Event, watcher};
use planner::text::chain;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::contract::Key;
use super::contract::predicate::{self, Mode};
use super::contract::sighting::{Baseline, Sighting};
use super::run::{Reconciler, Requeue};
use crate::api::object::RawObject;
use crate::kubernetes::is_away;
use crate::serving::{Flag, Liveness, Metrics, Outcome, Reconciling};

/// The first wait after a failure; it doubles up to [`BACKOFF_MAX`].
const BACKOFF: Duration = Duration::from_secs(1);
/// The longest wait after a failure.
const BACKOFF_MAX: Duration = Duration::from_secs(300);

/// The longest time between two rounds of the loop, whether or not anything happens.
const ROUND: Duration = Duration::from_secs(5);

/// The most objects in a page of a list: whole documents come over the wire, and the memory that a page takes is never given back.
const PAGE: u32 = 50;

/// The objects that are reconciled, and how many at a time.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The extension classes that are served, by `spec.class`.
    pub classes: Vec<String>,
    /// Whether each change of `metadata.generation` calls for a reconciliation, instead of the operation annotation.
    pub ignore_operation_annotation: bool,
    /// The most reconciliations at a time.
    pub concurrency: usize,
}

/// The telemetry by which others see how the controller is. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Telemetry {
    /// The counters and durations of reconciliations and events.
    pub metrics: Metrics,
    /// The liveness of the controller's loop.
    pub liveness: Liveness,
    /// A flag that is raised once the controller has seen every Infrastructure.
    pub synced: Flag,
}

/// The controller of the Infrastructures of a seed.
pub struct Controller {
    scope: Scope,
    telemetry: Telemetry,
    worker: Worker,
    objects: BTreeMap<Key, Known>,
    tasks: JoinSet<()>,
}

struct Known {
    last: Baseline,
    trigger: mpsc::Sender<()>,
}

impl Controller {
    /// A controller that has not begun.
    pub fn new(reconciler: Arc<Reconciler>, scope: Scope, telemetry: Telemetry) -> Self {
        let concurrency = scope.concurrency.max(1);
        telemetry.metrics.at_most(concurrency);
        let permits = Arc::new(Semaphore::new(concurrency));
        let worker = Worker { reconciler, permits, metrics: telemetry.metrics.clone() };
        Self { scope, telemetry, worker, objects: BTreeMap::new(), tasks: JoinSet::new() }
    }

    /// Runs until the reconciler's [`Dependencies::stop`](super::Dependencies::stop), and then until what is under way has come to a place
    /// where it can be taken up again.
    pub async fn run(mut self) {
        let infrastructures = self.worker.reconciler.seed().infrastructures();
        let config = watcher::Config::default().page_size(PAGE);
        let mut events = pin!(watcher(infrastructures, config).default_backoff());
        let mut rounds = tokio::time::interval(ROUND);
        let stop = self.worker.reconciler.stop().clone();
        let mut listed = BTreeSet::new();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                _ = rounds.tick() => self.telemetry.liveness.beat(),
                event = events.next() => match event {
                    Some(Ok(event)) => self.happened(event, &mut listed),
                    Some(Err(error)) if broke_off(&error) => {}
                    Some(Err(error)) => {
                        tracing::warn!(error = %chain(&error), "the watch of Infrastructures broke; it is begun anew");
                    }
                    None => break,
                },
            }
            while self.tasks.try_join_next().is_some() {}
        }
        self.telemetry.liveness.rest();
        self.objects.clear();
        while self.tasks.join_next().await.is_some() {}
    }

    fn happened(&mut self, event: Event<RawObject>, listed: &mut BTreeSet<Key>) {
        match event {
            Event::Apply(object) => self.seen(&object),
            Event::InitApply(object) => {
                listed.extend(key(&object));
                self.seen(&object);
            }
            Event::Init => listed.clear(),
            Event::InitDone => {
                // What went while nobody watched: its deletion was never told.
                self.objects.retain(|key, _| listed.contains(key));
                self.telemetry.synced.raise();
            }
            Event::Delete(object) => {
                if let Some(key) = key(&object) {
                    // With its trigger gone the task ends after what it is doing.
                    self.objects.remove(&key);
                }
            }
        }
    }

    fn seen(&mut self, object: &RawObject) {
        let Some(key) = key(object) else { return };
        let object = match Sighting::of(key, object) {
            Ok(object) => object,
            Err((key, error)) => {
                tracing::warn!(infrastructure = %key, %error, "an object is left alone; all others are served");
                return;
            }
        };
        if !predicate::is_ours(&object.extension_type, object.class.as_deref(), &self.scope.classes) {
            return;
        }
        // A task that ended by itself has failed in a way that must not happen; the object is not abandoned for it.
        if self.objects.get(&object.key).is_some_and(|known| known.trigger.is_closed()) {
            self.objects.remove(&object.key);
        }
        let mode = if self.scope.ignore_operation_annotation { Mode::Generation } else { Mode::Annotation };
        let before = self.objects.get(&object.key).map(|known| &known.last);
        let wanted = predicate::calls(mode, before, &object, self.worker.reconciler.now());
        let Sighting { key, baseline, .. } = object;
        let known = self.objects.entry(key.clone()).or_insert_with(|| {
            let (trigger, triggers) = mpsc::channel(1);
            self.tasks.spawn(self.worker.clone().serve(key, triggers));
            Known { last: baseline, trigger }
        });
        known.last = baseline;
        if wanted {
            // A full channel means that a reconciliation is due anyway.
            let _ = known.trigger.try_send(());
        }
    }
}

/// A worker, which each object's task has a clone of.
#[derive(Clone)]
struct Worker {
    reconciler: Arc<Reconciler>,
    permits: Arc<Semaphore>,
    metrics: Metrics,
}

impl Worker {
    /// Reconciles one object whenever it is triggered or due, one reconciliation after the other.
    async fn serve(self, key: Key, mut triggers: mpsc::Receiver<()>) {
        let stop = self.reconciler.stop();
        let mut due: Option<Instant> = None;
        let mut failures = 0_u32;
        loop {
            let asked = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                trigger = triggers.recv() => if trigger.is_none() { return self.reconciler.forget(&key) } else { true },
                () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => false,
            };
            if asked && !Box::pin(predicate::admits(self.reconciler.seed(), &key.namespace)).await {
                continue;
            }
            let waiting = self.metrics.waits(failures > 0);
            let Ok(_permit) = self.permits.acquire().await else { return };
            if stop.is_cancelled() {
                return;
            }
            let reconciling = waiting.begun();
            // On the heap, and only while it lasts: most objects rest.
            let next = Box::pin(self.reconcile(&key, reconciling)).await;
            failures = if next == Requeue::WithBackoff { failures.saturating_add(1) } else { 0 };
            let wait = match next {
                Requeue::OnChange => None,
                Requeue::After(wait) => Some(wait),
                Requeue::WithBackoff => {
                    Some(BACKOFF.saturating_mul(1 << (failures - 1).min(16)).min(BACKOFF_MAX))
                }
            };
            due = wait.map(|wait| Instant::now() + wait);
        }
    }

    /// Reconciles the object once, and counts that. A panic is a failure of this one object, and is tried again like any other.
    async fn reconcile(&self, key: &Key, reconciling: Reconciling) -> Requeue {
        let next = AssertUnwindSafe(self.reconciler.reconcile(key)).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(infrastructure = %key, "the reconciliation panicked, which is a defect of this program; it is tried again");
            Requeue::WithBackoff
        });
        let outcome = match next {
            Requeue::OnChange => Outcome::Success,
            Requeue::After(Duration::ZERO) => Outcome::Requeue,
            Requeue::After(_) => Outcome::RequeueAfter,
            Requeue::WithBackoff => Outcome::Error,
        };
        reconciling.ended(outcome);
        next
    }
}

/// Whether `error` is only a connection that broke off, which is told where it cannot be had anew.
fn broke_off(error: &watcher::Error) -> bool {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => matches!(error, kube::Error::ReadEvents(_)) || is_away(error),
        watcher::Error::WatchError(_) | watcher::Error::NoResourceVersion => false,
    }
}

fn key(object: &RawObject) -> Option<Key> {
    Some(Key { namespace: object.metadata.namespace.clone()?, name: object.metadata.name.clone()? })
}

#[cfg(test)]
mod tests;
