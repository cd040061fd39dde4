//! Disks: fields, and how they are printed.

use serde_json::{Map, Value};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::fingerprint;
use crate::model::tables::Resource;
use crate::time::Instant;

/// A zonal disk, as far as an instance needs one.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name of the zone, such as `europe-west1-b`.
    pub zone: String,
    /// Name, unique in its zone.
    pub name: String,
    /// Size, in GB.
    pub size_gb: i64,
    /// URL of its type.
    pub disk_type: String,
    /// Fields that are kept as they were sent: `description`, `labels`, `sourceImage`.
    pub kept: Map<String, Value>,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Resource for Disk {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }
}

impl Disk {
    /// Path of the disk: `projects/P/zones/Z/disks/D`.
    pub(crate) fn path(&self, project: &str) -> String {
        reference::zonal(project, &self.zone, "disks", &self.name)
    }

    /// The resource as Google prints it; `users` are links to instances.
    pub(crate) fn to_json(&self, project: &str, users: Vec<Value>) -> Value {
        Object::from_map(self.kept.clone())
            .with("kind", "compute#disk")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with("sizeGb", self.size_gb.to_string())
            .with("status", "READY")
            .with("type", self.disk_type.clone())
            .with("physicalBlockSizeBytes", "4096")
            .with("labelFingerprint", fingerprint(self.id, 0))
            .with("zone", self_link(&format!("projects/{project}/zones/{}", self.zone)))
            .with_list("users", users)
            .with("selfLink", self_link(&self.path(project)))
            .build()
    }
}
