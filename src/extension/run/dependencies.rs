//! The dependencies of reconciliations: what they are given from outside, and what they share with each other.

use std::sync::Arc;

use jiff::Timestamp;
use planner::snapshot::Settings;
use tokio_util::sync::CancellationToken;

use super::cache::RunCache;
use super::limits::Limits;
use super::observation::Observer;
use crate::api::infrastructure::Infrastructure;
use crate::apply::RouterLocks;
use crate::environment::Clock;
use crate::extension::access::{CloudAccess, Holders};
use crate::extension::contract::Key;
use crate::extension::tell::{Failure, Recorder};
use crate::gcp::Clients;
use crate::kubernetes::Seed;
use crate::observe::Windows;
use crate::serving::Stands;
use crate::shoot::Shoots;

/// The dependencies that a [`Reconciler`](super::Reconciler) is given from outside.
pub struct Dependencies {
    /// The client of the seed.
    pub seed: Seed,
    /// The way to the cloud.
    pub access: Arc<dyn CloudAccess>,
    /// The ways to the shoots' own APIs.
    pub shoots: Shoots,
    /// The wall clock, for instants that are written down.
    pub clock: Arc<dyn Clock>,
    /// The recorder of events and finished milestones.
    pub recorder: Arc<dyn Recorder>,
    /// The operator's settings, by which the planner decides.
    pub settings: Settings,
    /// The limits of each reconciliation.
    pub limits: Limits,
    /// Whether every shoot has a service account of its own, and not only those that have one already.
    pub service_accounts: bool,
    /// The signal to stop. Once cancelled, no reconciliation begins, and one under way ends between two passes, to be taken up by the
    /// next process.
    pub stop: CancellationToken,
}

/// The values that all reconciliations of one process share.
pub(super) struct Shared {
    pub(super) given: Dependencies,
    pub(super) cache: RunCache,
    pub(super) routers: RouterLocks,
    windows: Windows,
    holders: Holders,
}

impl Shared {
    /// The shared values of a process that has seen nothing yet.
    pub(super) fn new(given: Dependencies) -> Self {
        Self {
            given,
            cache: RunCache::default(),
            routers: RouterLocks::default(),
            windows: Windows::default(),
            holders: Holders::default(),
        }
    }

    /// The time by the wall clock.
    pub(super) fn now(&self) -> Timestamp {
        self.given.clock.now()
    }

    /// Keeps nothing any more for the object called `key`, which is no more.
    pub(super) fn forget(&self, key: &Key) {
        self.cache.drop_all(key);
        self.given.recorder.stands(key, &Stands::default(), self.now());
        self.holders.forget(key);
        self.given.shoots.forget(&key.namespace);
        self.windows.forget(&key.namespace);
    }

    /// Clients of the cloud, made of the credentials of `infrastructure`.
    pub(super) async fn clients(
        &self,
        key: &Key,
        infrastructure: &Infrastructure,
    ) -> Result<Arc<Clients>, Failure> {
        let secret = &infrastructure.spec.secret_ref;
        let secret = self.given.seed.secret(&secret.namespace, &secret.name).await.map_err(|error| {
            if error.is_missing() {
                self.holders.forget(key);
            }
            Failure::Secret(error)
        })?;
        let clients = self.given.access.clients(&self.given.seed, &secret);
        self.holders.hold(key, clients).map_err(Failure::Credentials)
    }

    /// An observer of the seed and of the cloud behind `clients`.
    pub(super) fn observer<'a>(&'a self, clients: &'a Clients) -> Observer<'a> {
        Observer {
            seed: &self.given.seed,
            cloud: clients,
            shoots: &self.given.shoots,
            windows: &self.windows,
            settings: &self.given.settings,
            clock: self.given.clock.as_ref(),
            service_accounts: self.given.service_accounts,
            reads_only: false,
        }
    }
}
