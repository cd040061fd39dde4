//! Watches Infrastructures and reconciles them: one task per object, a bounded number of reconciliations at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, Event, watcher};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::predicate;
use super::{Key, Next, Reconciler};
use crate::api::infrastructure::Infrastructure;

/// The first wait after a failure; it doubles up to [`BACKOFF_MAX`].
const BACKOFF: Duration = Duration::from_secs(1);
/// The longest wait after a failure.
const BACKOFF_MAX: Duration = Duration::from_secs(300);

/// Which objects are reconciled, and how many at a time.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The extension classes served.
    pub classes: Vec<String>,
    /// Reconcile at each change of generation instead of when the operation annotation asks.
    pub ignore_operation_annotation: bool,
    /// The most reconciliations at a time.
    pub concurrency: usize,
}

/// The controller.
pub struct Controller {
    reconciler: Arc<Reconciler>,
    scope: Scope,
    permits: Arc<Semaphore>,
    objects: BTreeMap<Key, Known>,
    tasks: JoinSet<()>,
}

struct Known {
    last: Infrastructure,
    trigger: mpsc::Sender<()>,
}

impl Controller {
    /// A controller that has not begun.
    pub fn new(reconciler: Arc<Reconciler>, scope: Scope) -> Self {
        let permits = Arc::new(Semaphore::new(scope.concurrency.max(1)));
        Self { reconciler, scope, permits, objects: BTreeMap::new(), tasks: JoinSet::new() }
    }

    /// Runs until the watch ends for good, which it does not; to stop, drop the future.
    ///
    /// # Errors
    /// Never by a failed watch: that is begun anew after a wait.
    pub async fn run(mut self) -> Result<(), watcher::Error> {
        let events =
            watcher(self.reconciler.seed().infrastructures(), watcher::Config::default()).default_backoff();
        let mut events = events
            .map(|event| {
                if let Err(error) = &event {
                    tracing::warn!(%error, "the watch of Infrastructures broke; it is begun anew");
                }
                Ok::<_, watcher::Error>(event.ok())
            })
            .boxed();
        let mut listed = BTreeSet::new();
        while let Some(event) = events.try_next().await? {
            match event {
                Some(Event::Apply(object)) => self.seen(object),
                Some(Event::InitApply(object)) => {
                    listed.extend(key(&object));
                    self.seen(object);
                }
                Some(Event::Init) => listed.clear(),
                // What went while nobody watched: its deletion was never told.
                Some(Event::InitDone) => self.objects.retain(|key, _| listed.contains(key)),
                Some(Event::Delete(object)) => {
                    if let Some(key) = key(&object) {
                        // With its trigger gone the task ends after what it is doing.
                        self.objects.remove(&key);
                    }
                }
                None => {}
            }
            while self.tasks.try_join_next().is_some() {}
        }
        Ok(())
    }

    fn seen(&mut self, object: Infrastructure) {
        let Some(key) = key(&object) else { return };
        if !predicate::is_ours(&object, &self.scope.classes) {
            return;
        }
        // A task that ended by itself has failed in a way that must not happen; the object is not abandoned for it.
        if self.objects.get(&key).is_some_and(|known| known.trigger.is_closed()) {
            self.objects.remove(&key);
        }
        let wanted = match self.objects.get(&key) {
            None => self.scope.ignore_operation_annotation || predicate::on_first_sight(&object),
            Some(known) if self.scope.ignore_operation_annotation => {
                known.last.metadata.generation != object.metadata.generation
            }
            Some(known) => predicate::on_change(&known.last, &object),
        };
        let known = self.objects.entry(key.clone()).or_insert_with(|| {
            let (trigger, triggers) = mpsc::channel(1);
            self.tasks.spawn(serve(key, self.reconciler.clone(), self.permits.clone(), triggers));
            Known { last: object.clone(), trigger }
        });
        known.last = object;
        if wanted {
            // A full channel means that a reconciliation is due anyway.
            let _ = known.trigger.try_send(());
        }
    }
}

/// Reconciles one object whenever it is triggered or due, one reconciliation after the other.
async fn serve(
    key: Key,
    reconciler: Arc<Reconciler>,
    permits: Arc<Semaphore>,
    mut triggers: mpsc::Receiver<()>,
) {
    let mut due: Option<Instant> = None;
    let mut failures = 0_u32;
    loop {
        tokio::select! {
            trigger = triggers.recv() => if trigger.is_none() { return },
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
        }
        let Ok(_permit) = permits.acquire().await else { return };
        let wait = match reconciler.reconcile(&key).await {
            Next::Rest => {
                failures = 0;
                None
            }
            Next::After(wait) => {
                failures = 0;
                Some(wait)
            }
            Next::Retry => {
                failures = failures.saturating_add(1);
                Some(BACKOFF.saturating_mul(1 << (failures - 1).min(16)).min(BACKOFF_MAX))
            }
        };
        due = wait.map(|wait| Instant::now() + wait);
    }
}

fn key(object: &Infrastructure) -> Option<Key> {
    Some(Key { namespace: object.metadata.namespace.clone()?, name: object.metadata.name.clone()? })
}
