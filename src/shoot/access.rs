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
    ways: Mutex<BTreeMap<String, Way>>,
}

/// What came of the last attempt to reach a shoot.
enum Way {
    Open(Open),
    /// What kept it from being reached, as the log has it.
    Shut(String),
}

/// A client, and the kubeconfig that it was made of.
struct Open {
    kubeconfig: Vec<u8>,
    shoot: Arc<Shoot>,
}

impl Shoots {
    /// Shoots that `connect` reaches. All of them share the `throttle`.
    pub fn new(connect: Arc<dyn Connect>, throttle: Option<Throttle>) -> Self {
        Self { connect, throttle, ways: Mutex::default() }
    }

    /// The API of the shoot whose Cluster is called `cluster`, and whose control plane is in the namespace `control_plane` of `seed`: the
    /// client that is open, if the Secret still says the same.
    ///
    /// # Errors
    /// What keeps it from being reached, which is logged when it begins; no client stays open then.
    pub async fn open(
        &self,
        seed: &Seed,
        cluster: &str,
        control_plane: &str,
    ) -> Result<Arc<Shoot>, Obstacle> {
        let opened = self.try_open(seed, cluster, control_plane).await;
        opened.map_err(|error| {
            let why = chain(&error);
            let before = self.lock().insert(cluster.to_owned(), Way::Shut(why.clone()));
            if !matches!(before, Some(Way::Shut(told)) if told == why) {
                tracing::warn!(cluster, error = %why, "the API of a shoot cannot be reached");
            }
            error.obstacle()
        })
    }

    /// Keeps nothing of the shoot whose Cluster is called `cluster`.
    pub fn forget(&self, cluster: &str) {
        let way = self.lock().remove(cluster);
        drop(way);
    }

    /// The number of clients that are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.lock().values().filter(|way| matches!(way, Way::Open(_))).count()
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
        let known = match self.lock().get(cluster) {
            Some(Way::Open(open)) if open.kubeconfig == text => Some(open.shoot.clone()),
            Some(Way::Open(_) | Way::Shut(_)) | None => None,
        };
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
        let open = Open { kubeconfig: text.to_vec(), shoot: shoot.clone() };
        let before = self.lock().insert(cluster.to_owned(), Way::Open(open));
        drop(before);
        Ok(shoot)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Way>> {
        self.ways.lock().unwrap_or_else(PoisonError::into_inner)
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
