//! The kubelets' part, and the network between the shoot's API server and its nodes: pods that probes measure, the probes,
//! and who answers to requests that the API server passes on.
//!
//! All of it follows the cloud's data plane: a pod can be reached from the API server as its range can be reached in the
//! VPC, and its own kubelet misses it once the guest has taken the alias range.

mod network;
pub mod pods;
mod probes;
mod tunnel;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::objects::{Kind, Objects};
use super::{Result, World};
use crate::cloud::name_of;
use crate::json::text;

pub use pods::{Probes, Workload};
pub use tunnel::{Tunnel, TunnelError};

/// Port of all kubelets.
pub(super) const KUBELET_PORT: u16 = 10250;

/// The label of Nodes whose guests take alias ranges, for the stand-ins alone.
pub(super) const TAKES_ALIASES: &str = "landscape.test/takes-aliases";

/// The kubelets of a shoot. Clones share what is wrong with them.
#[derive(Clone)]
pub struct Kubelets {
    world: World,
    nodes: Objects,
    ills: Arc<Mutex<Ills>>,
}

/// What is wrong, beside what the data plane knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ills {
    /// Whether the way from the API server to the shoot's network is broken.
    pub vpn_down: bool,
    /// Names of Nodes whose pods answer to nobody.
    pub nodes: BTreeSet<String>,
}

/// The facts of a Node that its pods depend on.
struct Place {
    zone: String,
    name: String,
    pods: String,
}

impl Kubelets {
    /// The kubelets of the world's shoot; nothing is wrong with them.
    pub fn new(world: &World) -> Self {
        let nodes = Objects::cluster_wide(&world.shoot_api, Kind::Node);
        Self { world: world.clone(), nodes, ills: Arc::default() }
    }

    /// Changes what is wrong.
    pub fn ail(&self, change: impl FnOnce(&mut Ills)) {
        change(&mut self.ills.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn ills(&self) -> Ills {
        self.ills.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The place of the Node called `name`, if there is one.
    async fn place(&self, name: &str) -> Result<Option<Place>> {
        Ok(self.nodes.find(name).await?.as_ref().map(Place::of))
    }
}

impl Place {
    fn of(node: &Value) -> Self {
        let provider = text(node, "/spec/providerID");
        let (zone, name) = provider.rsplit_once('/').unwrap_or_default();
        Self {
            zone: name_of(zone).to_owned(),
            name: name.to_owned(),
            pods: text(node, "/spec/podCIDR").to_owned(),
        }
    }
}
