//! One change at a time of the NATs of one router.
//!
//! Google knows no fingerprint of a router, and a PATCH replaces the whole list. So the list is read once more right before; shoots
//! of this process queue for that, and nobody of it changes the router in between. What others changed of theirs since the plan was
//! made is kept as it is then; only if what the plan changes is not what it was made from, the plan is void. What somebody else does
//! in the instant after that read is seen by the next look at the world.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};

use super::ApplyError;
use super::cloud::mutation;
use crate::gcp::{Class, Compute};
use crate::plan::Request;
use crate::plan::resource::{Place, ResourceRef};

/// How long one of this process may have the router before those who queue for it give up for now.
const TURN: Duration = Duration::from_secs(180);

/// The NATs of a router, as Google has them.
type Nats = [Map<String, Value>];

/// The routers that are being changed; one for all shoots.
#[derive(Clone, Default)]
pub struct RouterLocks(Arc<Mutex<BTreeMap<String, Arc<Queue>>>>);

/// Those who want to change one router.
#[derive(Default)]
struct Queue {
    router: tokio::sync::Mutex<()>,
    /// How many have had their turn.
    turns: AtomicU64,
}

impl Queue {
    /// Waits for a turn; `None`: whoever has it waits for an operation that does not end, and others have something else to do.
    async fn turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        // One future all the time, so that nobody loses the place in the queue.
        let mut turn = pin!(self.router.lock());
        loop {
            let before = self.turns.load(Ordering::Relaxed);
            if let Ok(turn) = tokio::time::timeout(TURN, turn.as_mut()).await {
                self.turns.fetch_add(1, Ordering::Relaxed);
                return Some(turn);
            }
            if self.turns.load(Ordering::Relaxed) == before {
                return None;
            }
        }
    }
}

impl RouterLocks {
    fn of(&self, compute: &Compute, region: &str, router: &str) -> Arc<Queue> {
        let name = format!("{}/{region}/{router}", compute.project());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default().clone()
    }

    /// Changes the NATs of a router as from `before` to `nats`; of those that are the same in both whatever is there stays.
    pub(super) async fn set_nats(
        &self,
        compute: &Compute,
        router: &ResourceRef,
        before: &Nats,
        nats: &Nats,
    ) -> Result<(), ApplyError> {
        let Place::Region(region) = &router.place else { return Ok(()) };
        let queue = self.of(compute, region, &router.name);
        let Some(_turn) = queue.turn().await else {
            return Err(ApplyError::RouterBusy {
                region: region.to_string(),
                router: router.name.to_string(),
            });
        };
        let present = compute.router(region, &router.name).await?;
        let Some(nats) = present.and_then(|present| rebased(&present.nats, before, nats)) else {
            return Err(ApplyError::RouterChanged {
                region: region.to_string(),
                router: router.name.to_string(),
            });
        };
        // Not sent again by itself: after a wait somebody else's NAT may be in the list.
        let Some(request) = Request::set_nats(router, &nats) else { return Ok(()) };
        match compute.run_once(&mutation(&request)).await {
            Err(error) if error.class() != Class::Unchanged => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// The change from `before` to `after`, made of `present`; `None`: something that it changes is not as it was. NATs go by their names.
fn rebased(present: &Nats, before: &Nats, after: &Nats) -> Option<Vec<Map<String, Value>>> {
    let changes = |name: &Value| named(before, name) != named(after, name);
    let names = before.iter().chain(after).filter_map(|nat| nat.get("name"));
    if names.filter(|name| changes(name)).any(|name| named(present, name) != named(before, name)) {
        return None;
    }
    let name = |nat: &Map<String, Value>| nat.get("name").cloned().unwrap_or_default();
    let kept = present.iter().filter_map(|nat| match changes(&name(nat)) {
        true => named(after, &name(nat)),
        false => Some(nat),
    });
    let new = after.iter().filter(|nat| named(before, &name(nat)).is_none());
    Some(kept.chain(new).cloned().collect())
}

fn named<'a>(nats: &'a Nats, name: &Value) -> Option<&'a Map<String, Value>> {
    nats.iter().find(|nat| nat.get("name") == Some(name))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    fn nats(list: &Value) -> Vec<Map<String, Value>> {
        serde_json::from_value(list.clone()).unwrap()
    }

    #[test]
    fn a_change_is_made_of_what_is_there_and_void_only_if_that_is_what_it_changes() {
        let ours = |ports: u32| json!({ "name": "ours", "ports": ports });
        let theirs = |ports: u32| json!({ "name": "theirs", "ports": ports });
        for (present, before, after, wanted) in [
            // Nobody else was there.
            (json!([]), json!([]), json!([ours(1)]), Some(json!([ours(1)]))),
            (json!([ours(1)]), json!([ours(1)]), json!([ours(2)]), Some(json!([ours(2)]))),
            (json!([ours(1)]), json!([ours(1)]), json!([]), Some(json!([]))),
            // Others came, changed theirs, or went.
            (json!([theirs(1)]), json!([]), json!([ours(1)]), Some(json!([theirs(1), ours(1)]))),
            (
                json!([theirs(2), ours(1)]),
                json!([theirs(1), ours(1)]),
                json!([theirs(1), ours(2)]),
                Some(json!([theirs(2), ours(2)])),
            ),
            (json!([ours(1)]), json!([theirs(1), ours(1)]), json!([theirs(1)]), Some(json!([]))),
            // What it changes is not what it was.
            (json!([ours(3)]), json!([ours(1)]), json!([ours(2)]), None),
            (json!([ours(3)]), json!([]), json!([ours(2)]), None),
            (json!([]), json!([ours(1)]), json!([ours(2)]), None),
            (json!([theirs(1)]), json!([ours(1), theirs(1)]), json!([theirs(1)]), None),
        ] {
            let rebased = rebased(&nats(&present), &nats(&before), &nats(&after));
            assert_eq!(rebased, wanted.as_ref().map(nats), "{present} {before} {after}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_queue_moves_on_and_one_that_does_not_is_given_up() {
        let queue = Arc::new(Queue::default());
        let waiters = (0..20).map(|_| {
            let queue = queue.clone();
            tokio::spawn(async move {
                let turn = queue.turn().await;
                tokio::time::sleep(TURN / 4).await;
                turn.is_some()
            })
        });
        for waiter in waiters.collect::<Vec<_>>() {
            assert!(waiter.await.unwrap(), "it had to wait for others, who came to an end");
        }
        let _held = queue.turn().await.unwrap();
        let begun = tokio::time::Instant::now();
        assert!(queue.turn().await.is_none());
        assert_eq!(begun.elapsed(), TURN);
    }
}
