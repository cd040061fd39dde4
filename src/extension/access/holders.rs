//! The holders of clients: an Infrastructure holds those of its Secret, from its first run until it is gone, or its Secret names others.
//!
//! So tokens and pollers outlive a run, and no private key outlives its last shoot, or its rotation by more than the next run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::extension::contract::Key;
use crate::gcp::{Clients, Error};

/// The clients of all Infrastructures of this process.
#[derive(Default)]
pub(crate) struct Holders(Mutex<BTreeMap<Key, Arc<Clients>>>);

impl Holders {
    /// Makes `key` hold `clients`; an error makes it hold none.
    pub(crate) fn hold(
        &self,
        key: &Key,
        clients: Result<Arc<Clients>, Error>,
    ) -> Result<Arc<Clients>, Error> {
        let mut holders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match &clients {
            Ok(clients) => holders.insert(key.clone(), clients.clone()),
            Err(_) => holders.remove(key),
        };
        drop(holders);
        drop(before);
        clients
    }

    /// Makes `key` hold no clients any more.
    pub(crate) fn forget(&self, key: &Key) {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        drop(held);
    }
}
