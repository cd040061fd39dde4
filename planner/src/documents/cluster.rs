//! The `Cluster` resource: gardenlet's copy of the Shoot. It is read leniently: any field may be missing or null, which means the
//! same. Its seed and its cloud profile are not read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::null;

/// A Cluster as read from the API, without its name; it has no status.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Cluster {
    /// The copies of Gardener's objects.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub spec: ClusterSpec,
}

/// The copies of Gardener's objects; only the Shoot is read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ClusterSpec {
    /// The Shoot as it is in the garden cluster.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub shoot: Shoot,
}

/// The parts of a Shoot that its infrastructure depends on. Each may be missing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Shoot {
    /// The metadata, `shoot.metadata`; only names, annotations and the deletion timestamp are read.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub metadata: ShootMetadata,
    /// The specification, `shoot.spec`, written by the user.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub spec: ShootSpec,
    /// The status, `shoot.status`, written by Gardener.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub status: ShootStatus,
}

impl Shoot {
    /// Whether Gardener has given up on the Shoot until its owner acts. No controller may touch it until then.
    pub fn has_failed(&self) -> bool {
        self.status.last_operation.as_ref().is_some_and(|last| last.state == "Failed")
    }
}

/// The metadata of a Shoot, `shoot.metadata`, as far as they are read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShootMetadata {
    /// The name of the Shoot.
    #[serde(default)]
    pub name: Option<String>,
    /// The namespace of the Shoot in the garden cluster.
    #[serde(default)]
    pub namespace: Option<String>,
    /// The annotations, key to value.
    #[serde(default, deserialize_with = "null::in_map")]
    pub annotations: BTreeMap<String, String>,
    /// The instant at which the Shoot's deletion was asked for; absent while it shall live.
    #[serde(default)]
    pub deletion_timestamp: Option<String>,
}

/// The specification of a Shoot, `shoot.spec`, as far as it is read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShootSpec {
    /// The networking of the Shoot; absent for shoots without workers.
    #[serde(default)]
    pub networking: Option<ShootNetworking>,
}

/// The networking that a Shoot asks for, `shoot.spec.networking`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShootNetworking {
    /// The IP families `IPv4` and `IPv6`; empty means IPv4.
    #[serde(default, deserialize_with = "null::in_list")]
    pub ip_families: Vec<String>,
    /// The range of the nodes in CIDR notation.
    #[serde(default)]
    pub nodes: Option<String>,
    /// The range of the pods in CIDR notation.
    #[serde(default)]
    pub pods: Option<String>,
    /// The range of the services in CIDR notation.
    #[serde(default)]
    pub services: Option<String>,
}

/// The status of a Shoot, `shoot.status`, as far as it is read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShootStatus {
    /// The technical ID of the Shoot, which is also the namespace of its control plane.
    #[serde(default, rename = "technicalID")]
    pub technical_id: Option<String>,
    /// The ranges that the Infrastructure reported last.
    #[serde(default)]
    pub networking: Option<ShootStatusNetworking>,
    /// The instant at which gardenlet's present cycle of retries began.
    #[serde(default)]
    pub retry_cycle_start_time: Option<String>,
    /// The last operation on the Shoot.
    #[serde(default)]
    pub last_operation: Option<ShootLastOperation>,
}

/// The networking that a Shoot has, `shoot.status.networking`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShootStatusNetworking {
    /// The node ranges in CIDR notation, one per IP family.
    #[serde(default, deserialize_with = "null::in_list")]
    pub nodes: Vec<String>,
}

/// The last operation on a Shoot, `shoot.status.lastOperation`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShootLastOperation {
    /// The state of the operation, e.g. `Succeeded`; `Failed` means that the shoot must be left alone.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub state: String,
}
