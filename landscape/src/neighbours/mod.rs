//! Stand-ins for the parts of Gardener around the controller, one file each.
//!
//! They meet the controller as their originals do: through the kube-apiserver and the cloud's API, in plain JSON.
//! None of them knows the controller's types, its process or the fake's inside.

pub mod ccm;
pub mod constraint;
pub mod controlplane;
pub mod decoding;
mod error;
pub mod gardenlet;
mod guest;
pub mod key;
pub mod kubelets;
pub mod machines;
pub mod managed_resource;
mod node_agent;
pub mod objects;
mod reader;
pub mod readiness;
pub mod resource_manager;
mod running;
pub mod shoot;
#[cfg(test)]
pub(crate) mod tests;

pub use error::{Error, Result};
pub use guest::{Guest, Guests};
pub use reader::Reader;
pub use running::Neighbours;
pub use shoot::Shoot;

use crate::cloud::Cloud;
use crate::time::Time;

/// The surroundings of every stand-in: two clusters' APIs, the cloud, time, and the facts about the shoot.
#[derive(Clone)]
pub struct World {
    /// API of the seed.
    pub seed: kube::Client,
    /// API of the shoot, for Nodes and what belongs to them. May be the seed's, if it holds one shoot only.
    pub shoot_api: kube::Client,
    /// The shoot's project in the cloud.
    pub cloud: Cloud,
    /// The clock of all waits.
    pub time: Time,
    /// Names and address ranges of the shoot.
    pub shoot: Shoot,
}

impl World {
    /// The world with its cloud calls under another user agent.
    #[must_use]
    pub fn as_agent(&self, agent: &str) -> Self {
        Self { cloud: self.cloud.as_agent(agent), ..self.clone() }
    }
}

/// Encodes `text` in base64, as the values of a Secret are written.
pub fn base64(text: &str) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text)
}
