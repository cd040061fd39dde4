//! Instances, as far as the network sees them: fields, and how they are printed.

mod aliases;
mod nic;
mod table;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::dataplane::{VmRef, What};
use crate::model::ids::fingerprint;
use crate::model::networks;
use crate::settings::AliasOrder;
use crate::time::Instant;

pub use aliases::Alias;
pub use nic::{AccessConfig, Nic};
pub use table::Instances;

/// The words that `status` can be.
pub const STATUSES: [&str; 12] = [
    "DEPROVISIONING",
    "PENDING",
    "PENDING_STOP",
    "PROVISIONING",
    "REPAIRING",
    "RUNNING",
    "STAGING",
    "STOPPED",
    "STOPPING",
    "SUSPENDED",
    "SUSPENDING",
    "TERMINATED",
];

/// A VM, which the API calls an instance.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the zone, such as `europe-west1-b`.
    pub zone: String,
    /// Name, unique in its zone.
    pub name: String,
    /// Labels by key.
    pub labels: BTreeMap<String, String>,
    /// Network tags.
    pub tags: Vec<String>,
    /// Whether the VM may send and receive packets of other addresses.
    pub can_ip_forward: bool,
    /// Status of the API, such as `RUNNING`.
    pub status: String,
    /// Interfaces; the first is `nic0`.
    pub nics: Vec<Nic>,
    /// Number of changes of the labels, from which their fingerprint follows.
    pub label_revision: u64,
    /// Number of changes of the tags.
    pub tag_revision: u64,
    /// Number of changes of the metadata.
    pub metadata_revision: u64,
    /// Fields that are only kept, by name.
    pub extra: Map<String, Value>,
    /// Whether the guest turns aliases into local routes. It is no part of the API.
    pub guest_ip_aliases: bool,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
    /// Number of changes so far.
    pub revision: u64,
}

impl Instance {
    /// Path of the instance: `projects/P/zones/Z/instances/I`.
    pub fn path(&self) -> String {
        reference::zonal(&self.project, &self.zone, "instances", &self.name)
    }

    /// Whether the VM runs.
    pub fn is_running(&self) -> bool {
        self.status == "RUNNING"
    }

    /// The VM as the data plane sees it, by its `nic0`.
    pub(crate) fn fact(&self, nic: &Nic) -> What {
        What::VmAdded {
            vm: self.vm(),
            network: networks::fact(&self.project, &nic.network),
            guest_ip_aliases: self.guest_ip_aliases,
            can_ip_forward: self.can_ip_forward,
            running: self.is_running(),
        }
    }

    /// Identity of the VM in the data plane.
    pub fn vm(&self) -> VmRef {
        VmRef { project: self.project.clone(), zone: self.zone.clone(), name: self.name.clone() }
    }

    /// The fingerprint of the network tags.
    pub fn tag_fingerprint(&self) -> String {
        fingerprint(self.id ^ 1, self.tag_revision)
    }

    /// The fingerprint of the labels.
    pub fn label_fingerprint(&self) -> String {
        fingerprint(self.id ^ 2, self.label_revision)
    }

    /// The fingerprint of the metadata.
    pub fn metadata_fingerprint(&self) -> String {
        fingerprint(self.id ^ 4, self.metadata_revision)
    }

    fn metadata(&self) -> Map<String, Value> {
        let mut metadata = self.extra.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
        metadata.insert("kind".to_owned(), "compute#metadata".into());
        metadata.insert("fingerprint".to_owned(), self.metadata_fingerprint().into());
        metadata
    }

    /// The resource as Google prints it.
    pub fn to_json(&self, order: AliasOrder) -> Value {
        let nics = self.nics.iter().map(|nic| nic.to_json(self, order)).collect();
        let tags = Object::default()
            .with_list("items", self.tags.iter().map(|tag| json!(tag)).collect())
            .with("fingerprint", self.tag_fingerprint());
        let labels = (!self.labels.is_empty()).then(|| json!(self.labels));
        Object::from_map(self.extra.clone())
            .with("kind", "compute#instance")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with("zone", self_link(&format!("projects/{}/zones/{}", self.project, self.zone)))
            .with("status", self.status.clone())
            .with("canIpForward", self.can_ip_forward)
            .with("tags", tags.build())
            .with_some("labels", labels)
            .with("labelFingerprint", self.label_fingerprint())
            .with("metadata", self.metadata())
            .with("fingerprint", fingerprint(self.id, self.revision))
            .with_list("networkInterfaces", nics)
            .with("selfLink", self_link(&self.path()))
            .build()
    }
}
