//! The cache of clients that are alive, by the credentials and the project that they are for.
//!
//! Nothing here keeps anything alive: clients, with their tokens, their pollers and the private key, end with the last one who holds
//! them. Whoever comes while somebody does gets the same ones.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use planner::vocabulary::ProjectId;

use super::choice::Choice;
use super::rotation::TOKEN;
use crate::gcp::credentials::{Credentials, Digest};
use crate::gcp::{Clients, Error};
use crate::kubernetes::Secret;

/// The identity of clients, with only a digest of their credentials.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClientId {
    credentials: Digest,
    project: ProjectId,
    /// The Secret whose token is exchanged, by namespace and name, and a digest of the token, as another one may stand for another
    /// identity; `None`: the credentials sign by themselves.
    token: Option<(String, String, Digest)>,
}

impl ClientId {
    /// The identity of the clients for `choice`, which `secret` bears.
    pub(super) fn of(choice: &Choice, secret: &Secret) -> Self {
        let token = match choice.credentials {
            Credentials::ServiceAccount(_) => None,
            Credentials::ExternalAccount(_) => {
                let token = secret.data.get(TOKEN).map(Vec::as_slice).unwrap_or_default();
                Some((secret.namespace.clone(), secret.name.clone(), Digest::of([token])))
            }
        };
        Self { credentials: choice.credentials.digest(), project: choice.project.clone(), token }
    }
}

/// A cache that keeps no clients alive, and finds those that somebody holds.
#[derive(Default)]
pub(super) struct ClientCache(Mutex<BTreeMap<ClientId, Weak<Clients>>>);

impl ClientCache {
    /// The clients called `id`; made by `make` if nobody holds any.
    pub(super) fn get_or(
        &self,
        id: ClientId,
        make: impl FnOnce() -> Result<Clients, Error>,
    ) -> Result<Arc<Clients>, Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(clients) = kept.get(&id).and_then(Weak::upgrade) {
            return Ok(clients);
        }
        kept.retain(|_, clients| clients.strong_count() > 0);
        let clients = Arc::new(make()?);
        kept.insert(id, Arc::downgrade(&clients));
        Ok(clients)
    }

    /// The number of clients that are alive.
    #[cfg(test)]
    pub(super) fn alive(&self) -> usize {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.values().filter(|clients| clients.strong_count() > 0).count()
    }
}
