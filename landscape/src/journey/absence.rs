//! How long nobody was at work as the shoot's cloud-controller-manager, while its Deployment was scaled to nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;

use crate::json::text;
use crate::neighbours::managed_resource::CCM;
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{Result, World};

/// Pause between two looks, in landscape time.
const LOOK: Duration = Duration::from_secs(1);
/// Namespace and name of the Lease by which one of several leads.
const LEASE: (&str, &str) = ("kube-system", "cloud-controller-manager");

/// What was seen of the absence, in landscape time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// When its Deployment was scaled to nothing.
    pub(super) gone: Option<Duration>,
    /// When a new one held the Lease.
    pub(super) back: Option<Duration>,
}

impl Seen {
    /// Length of the absence in seconds, once it is over.
    pub(super) fn seconds(self) -> Option<f64> {
        Some(self.back?.saturating_sub(self.gone?).as_secs_f64())
    }
}

/// The watch for an absence; dropped, it ends.
pub(super) struct Absence {
    seen: Arc<Mutex<Seen>>,
    _watching: JoinSet<()>,
}

impl Absence {
    pub(super) fn watch(world: &World) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let mut watching = JoinSet::new();
        watching.spawn(watch(world.clone(), Arc::clone(&seen)));
        Self { seen, _watching: watching }
    }

    pub(super) fn seen(&self) -> Seen {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn watch(world: World, seen: Arc<Mutex<Seen>>) {
    let deployments = Objects::within(&world.seed, Kind::Deployment, &world.shoot.name);
    let leases = Objects::within(&world.shoot_api, Kind::Lease, LEASE.0);
    let mut former = None;
    loop {
        if let Ok(holder) = holder(&leases).await {
            let deployment = deployments.find(CCM).await.ok().flatten();
            let replicas = deployment.as_ref().and_then(|found| found.pointer("/spec/replicas")?.as_u64());
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            match (seen.gone, replicas) {
                (None, Some(0)) => {
                    seen.gone = Some(world.time.elapsed());
                    former = holder;
                }
                (Some(_), _) if seen.back.is_none() && holder.is_some() && holder != former => {
                    seen.back = Some(world.time.elapsed());
                }
                _ => {}
            }
        }
        world.time.sleep(LOOK).await;
    }
}

/// Identity of whoever holds the Lease.
async fn holder(leases: &Objects) -> Result<Option<String>> {
    let lease: Option<Value> = leases.find(LEASE.1).await?;
    Ok(lease.map(|lease| text(&lease, "/spec/holderIdentity").to_owned()).filter(|holder| !holder.is_empty()))
}
