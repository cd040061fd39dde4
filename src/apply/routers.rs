//! Changes of a router's NATs, one at a time.
//!
//! A router has no fingerprint, and a PATCH replaces the whole list of its NATs. So the list is read once more right before the
//! change, under a lock that the shoots of this process share. Entries that the plan does not change are sent as they were just
//! read; if one that it does change has changed since, the plan is void. A change by another program right after that read is
//! found by the next observation.

use planner::vocabulary::Region;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use planner::plan::Request;
use planner::plan::resource::{Place, ResourceRef, rebased};
use serde_json::{Map, Value};

use super::ApplyError;
use super::cloud::mutation;
use crate::gcp::{Class, Compute};
use crate::observe;

/// The time that a holder of the lock may take before those who wait give up for now.
const LOCK_TIMEOUT: Duration = Duration::from_secs(180);

/// The list of a router's NATs, as in the API.
type Nats = [Map<String, Value>];

/// The locks of all routers that are being changed, shared by all shoots.
#[derive(Clone, Default)]
pub struct RouterLocks(Arc<Mutex<BTreeMap<String, Arc<Queue>>>>);

/// The queue of those who want to change one router.
#[derive(Default)]
struct Queue {
    router: tokio::sync::Mutex<()>,
    /// The number of times that the lock was acquired.
    acquired: AtomicU64,
}

impl Queue {
    /// Waits for the lock; `None` if its holder has had it for [`LOCK_TIMEOUT`], so that others use their time for something else.
    async fn acquire(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        // The same future all the time, to keep the place in the queue.
        let mut lock = pin!(self.router.lock());
        loop {
            let before = self.acquired.load(Ordering::Relaxed);
            if let Ok(guard) = tokio::time::timeout(LOCK_TIMEOUT, lock.as_mut()).await {
                self.acquired.fetch_add(1, Ordering::Relaxed);
                return Some(guard);
            }
            if self.acquired.load(Ordering::Relaxed) == before {
                return None;
            }
        }
    }
}

impl RouterLocks {
    fn of(&self, compute: &Compute, region: &Region, router: &str) -> Arc<Queue> {
        let name = format!("{}/{region}/{router}", compute.project());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default().clone()
    }

    /// Changes a router's NATs from `before` to `nats`. Entries that are equal in both stay as they are on the router.
    pub(super) async fn set_nats(
        &self,
        compute: &Compute,
        router: &ResourceRef,
        before: &Nats,
        nats: &Nats,
    ) -> Result<(), ApplyError> {
        let Place::Region(region) = &router.place else { return Ok(()) };
        let queue = self.of(compute, region, &router.name);
        let Some(_guard) = queue.acquire().await else {
            return Err(ApplyError::RouterBusy {
                region: region.to_string(),
                router: router.name.to_string(),
            });
        };
        let present = observe::router(compute, region, &router.name).await?;
        let Some(nats) = present.and_then(|present| rebased(&present.nats, before, nats)) else {
            return Err(ApplyError::RouterChanged {
                region: region.to_string(),
                router: router.name.to_string(),
            });
        };
        // Not retried here, because another program's NAT may be in the list by then.
        let Some(request) = Request::set_nats(router, &nats) else { return Ok(()) };
        match compute.run_once(&mutation(&request)).await {
            Err(error) if error.class() != Class::Unchanged => Err(error.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_long_queue_moves_on_and_one_that_does_not_is_given_up() {
        let queue = Arc::new(Queue::default());
        let waiters = (0..20).map(|_| {
            let queue = queue.clone();
            tokio::spawn(async move {
                let guard = queue.acquire().await;
                tokio::time::sleep(LOCK_TIMEOUT / 4).await;
                guard.is_some()
            })
        });
        for waiter in waiters.collect::<Vec<_>>() {
            assert!(waiter.await.unwrap(), "it had to wait for others, who came to an end");
        }
        let _held = queue.acquire().await.unwrap();
        let begun = tokio::time::Instant::now();
        assert!(queue.acquire().await.is_none());
        assert_eq!(begun.elapsed(), LOCK_TIMEOUT);
    }
}
