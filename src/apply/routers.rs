//! One change at a time of the NATs of one router.
//!
//! Google knows no fingerprint of a router, and a PATCH replaces the whole list. So the list is read once more right before,
//! and written only if it is still the one that the plan was made from; within this process nobody else changes the router in
//! between. What somebody else does in the instant after that read is seen by the next look at the world.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};

use super::ApplyError;
use crate::gcp::{Class, Compute, Mutation};

/// How long somebody else of this process may have the router before this one gives up for now.
const TURN: Duration = Duration::from_secs(180);

/// The routers that are being changed; one for all shoots.
#[derive(Clone, Default)]
pub struct RouterLocks(Arc<Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>>);

impl RouterLocks {
    fn of(&self, compute: &Compute, region: &str, router: &str) -> Arc<tokio::sync::Mutex<()>> {
        let name = format!("{}/{region}/{router}", compute.project());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default().clone()
    }

    /// Replaces the NATs of a router, which must still be `before`, by `nats`.
    pub(super) async fn set_nats(
        &self,
        compute: &Compute,
        region: &str,
        router: &str,
        before: &[Map<String, Value>],
        nats: &[Map<String, Value>],
    ) -> Result<(), ApplyError> {
        let lock = self.of(compute, region, router);
        let Ok(_guard) = tokio::time::timeout(TURN, lock.lock()).await else {
            // Whoever has it waits for an operation that does not end; others have something else to do.
            return Err(ApplyError::RouterBusy { region: region.to_owned(), router: router.to_owned() });
        };
        let present = compute.router(region, router).await?;
        if present.is_none_or(|present| present.nats != before) {
            return Err(ApplyError::RouterChanged { region: region.to_owned(), router: router.to_owned() });
        }
        // Not sent again by itself: after a wait somebody else's NAT may be in the list.
        match compute.run_once(&Mutation::set_nats(region, router, nats)).await {
            Err(error) if error.class() != Class::Unchanged => Err(error.into()),
            _ => Ok(()),
        }
    }
}
