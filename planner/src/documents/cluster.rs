//! The `Cluster` resource: gardenlet's copy of the Shoot, read leniently: any field may be missing, or null, which is the same.
//! What it says of the seed and of the cloud profile is of no interest; newer Gardeners have Clusters without a seed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::null;

/// A Cluster as read from the API; it has no status, and who reads it knows its name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Cluster {
    /// The copies.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub spec: ClusterSpec,
}

/// Only the Shoot is of interest.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ClusterSpec {
    /// The Shoot.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub shoot: Shoot,
}

/// The parts of a Shoot that decide about its infrastructure. Every one may be missing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Shoot {
    /// Annotations.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub metadata: ShootMetadata,
    /// What the user wants.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub spec: ShootSpec,
    /// What Gardener knows.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub status: ShootStatus,
}

impl Shoot {
    /// Whether Gardener has given up on it until its owner acts; nobody is to touch it meanwhile.
    pub fn has_failed(&self) -> bool {
        self.status.last_operation.as_ref().is_some_and(|last| last.state == "Failed")
    }
}

/// Annotations of the Shoot.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShootMetadata {
    /// Key to value.
    #[serde(default, deserialize_with = "null::in_map")]
    pub annotations: BTreeMap<String, String>,
}

/// `shoot.spec`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShootSpec {
    /// Absent for shoots without workers.
    #[serde(default)]
    pub networking: Option<ShootNetworking>,
}

/// `shoot.spec.networking`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShootNetworking {
    /// `IPv4`, `IPv6`; empty means IPv4.
    #[serde(default, deserialize_with = "null::in_list")]
    pub ip_families: Vec<String>,
    /// The range of the nodes.
    #[serde(default)]
    pub nodes: Option<String>,
    /// The range of the pods.
    #[serde(default)]
    pub pods: Option<String>,
    /// The range of the services.
    #[serde(default)]
    pub services: Option<String>,
}

/// `shoot.status`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShootStatus {
    /// The namespace of the control plane.
    #[serde(default, rename = "technicalID")]
    pub technical_id: Option<String>,
    /// The ranges last reported by the Infrastructure.
    #[serde(default)]
    pub networking: Option<ShootStatusNetworking>,
    /// The Shoot's last operation.
    #[serde(default)]
    pub last_operation: Option<ShootLastOperation>,
}

/// `shoot.status.networking`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShootStatusNetworking {
    /// Node ranges, one per family.
    #[serde(default, deserialize_with = "null::in_list")]
    pub nodes: Vec<String>,
}

/// `shoot.status.lastOperation`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShootLastOperation {
    /// `Failed` means: leave the shoot alone.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub state: String,
}
