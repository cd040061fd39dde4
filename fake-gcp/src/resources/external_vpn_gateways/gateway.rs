//! External VPN gateways: fields, and how they are printed.

use serde_json::{Map, Value, json};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::fingerprint;
use crate::model::placed::Resource;
use crate::time::Instant;

/// An external VPN gateway.
#[derive(Debug, Clone)]
pub(super) struct Gateway {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub(super) id: u64,
    /// Name, unique in the project.
    pub(super) name: String,
    /// Description, as it was sent; printed even if it is empty.
    pub(super) description: String,
    /// Number of its addresses, in words of Google's.
    pub(super) redundancy: String,
    /// Addresses, the first of the interface 0.
    pub(super) addresses: Vec<String>,
    /// Labels as they are printed.
    pub(super) labels: Map<String, Value>,
    /// Number of changes of the labels, from which their fingerprint follows.
    pub(super) label_revision: u64,
    /// Instant that is printed as `creationTimestamp`.
    pub(super) created: Instant,
}

impl Resource for Gateway {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }
}

/// Path of a gateway: `projects/P/global/externalVpnGateways/G`.
pub(super) fn path(project: &str, name: &str) -> String {
    reference::global(project, "externalVpnGateways", name)
}

impl Gateway {
    /// The fingerprint of the labels, which follows from id and changes.
    pub(super) fn label_fingerprint(&self) -> String {
        fingerprint(self.id, self.label_revision)
    }

    /// The resource as Google prints it.
    pub(super) fn to_json(&self, project: &str) -> Value {
        let interfaces = self.addresses.iter().enumerate();
        let interfaces = interfaces.map(|(id, address)| json!({ "id": id, "ipAddress": address })).collect();
        Object::kind("compute#externalVpnGateway")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with("description", self.description.clone())
            .with("redundancyType", self.redundancy.clone())
            .with_list("interfaces", interfaces)
            .with_some("labels", (!self.labels.is_empty()).then(|| self.labels.clone()))
            .with("labelFingerprint", self.label_fingerprint())
            .with("selfLink", self_link(&path(project, &self.name)))
            .build()
    }
}
