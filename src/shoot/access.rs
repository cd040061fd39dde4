//! The shoots whose API is open, by the name of their Cluster: from a Secret in the seed to a client.
//!
//! The Secret is read whenever somebody asks, as its token rotates; as long as it says the same, the client stays, with its connections.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use planner::snapshot::Obstacle;
use planner::text::chain;

use super::{Access, Connect, Shoot, ShootError};
use crate::kubernetes::{Secret, Seed, Throttle};

/// The Secrets with a kubeconfig of the shoot, in the order in which they are tried: by the address in the seed, and by the public one.
const SECRETS: [&str; 2] = ["gardener-internal", "gardener"];
/// The key of the kubeconfig.
const KUBECONFIG: &str = "kubeconfig";
/// The time that the seed has to say how an API is reached.
const SEED: Duration = Duration::from_secs(10);

/// The clients of the shoots of this process.
pub struct Shoots {
    connect: Arc<dyn Connect>,
    throttle: Option<Throttle>,
    open: Mutex<BTreeMap<String, Open>>,
}

/// A client, and the kubeconfig that it was made of.
struct Open {
    kubeconfig: Vec<u8>,
    shoot: Arc<Shoot>,
}

impl Shoots {
    /// Shoots that `connect` reaches. All of them share the `throttle`.
    pub fn new(connect: Arc<dyn Connect>, throttle: Option<Throttle>) -> Self {
        Self { connect, throttle, open: Mutex::default() }
    }

    /// The API of the shoot whose Cluster is called `cluster`, and whose control plane is in the namespace `control_plane` of `seed`: the
    /// client that is open, if the Secret still says the same.
    ///
    /// # Errors
    /// What keeps it from being reached, which is logged; no client stays open then.
    pub async fn open(
        &self,
        seed: &Seed,
        cluster: &str,
        control_plane: &str,
    ) -> Result<Arc<Shoot>, Obstacle> {
        let opened = self.try_open(seed, cluster, control_plane).await;
        opened.map_err(|error| {
            self.forget(cluster);
            tracing::warn!(cluster, error = %chain(&error), "the API of a shoot cannot be reached");
            error.obstacle()
        })
    }

    /// Keeps no client for the shoot whose Cluster is called `cluster`.
    pub fn forget(&self, cluster: &str) {
        let open = self.lock().remove(cluster);
        drop(open);
    }

    /// The number of clients that are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.lock().len()
    }

    async fn try_open(
        &self,
        seed: &Seed,
        cluster: &str,
        control_plane: &str,
    ) -> Result<Arc<Shoot>, ShootError> {
        let secret = tokio::time::timeout(SEED, secret(seed, control_plane))
            .await
            .map_err(|_| ShootError::SeedSilent { seconds: SEED.as_secs() })??;
        let place = || format!("{}/{}", secret.namespace, secret.name);
        let text = secret.data.get(KUBECONFIG).map(Vec::as_slice).unwrap_or_default();
        let known =
            self.lock().get(cluster).filter(|open| open.kubeconfig == text).map(|open| open.shoot.clone());
        if let Some(shoot) = known {
            return Ok(shoot);
        }
        let access = Access::parse(text).map_err(|(field, problem)| ShootError::Kubeconfig {
            secret: place(),
            field,
            problem,
        })?;
        let connection = self.connect.connect(access).await;
        let connection =
            connection.map_err(|source| ShootError::Client { secret: place(), source: Box::new(source) })?;
        let shoot = Arc::new(Shoot::new(connection, self.throttle.clone()));
        let before =
            self.lock().insert(cluster.to_owned(), Open { kubeconfig: text.to_vec(), shoot: shoot.clone() });
        drop(before);
        Ok(shoot)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first Secret that leads to the shoot with its control plane in `namespace`.
async fn secret(seed: &Seed, namespace: &str) -> Result<Secret, ShootError> {
    for name in SECRETS {
        match seed.secret(namespace, name).await {
            Err(error) if error.is_missing() => {}
            found => return found.map_err(ShootError::Seed),
        }
    }
    Err(ShootError::NoAccess { namespace: namespace.to_owned() })
}
