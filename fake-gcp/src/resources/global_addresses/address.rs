//! Global addresses: fields, and how they are printed.

use std::net::Ipv4Addr;

use serde_json::{Map, Value};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::fingerprint;
use crate::model::placed::{Key, Resource};
use crate::time::Instant;

/// A global address: an external one, or a range of private services access.
#[derive(Debug, Clone)]
pub(crate) struct GlobalAddress {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name, unique in the project.
    pub name: String,
    /// Description, as it was sent; printed even if it is empty.
    pub description: String,
    /// The address, or the first one of the range.
    pub address: Ipv4Addr,
    /// Network and length of the prefix of a range; none for external addresses.
    pub range: Option<(String, u8)>,
    /// Labels as they are printed.
    pub labels: Map<String, Value>,
    /// Number of changes of the labels, from which their fingerprint follows.
    pub label_revision: u64,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Resource for GlobalAddress {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn keys(&self) -> Vec<Key> {
        let external = self.range.is_none().then_some(Key::Address(None, self.address));
        external.into_iter().collect()
    }
}

impl GlobalAddress {
    /// Path of the address: `projects/P/global/addresses/A`.
    pub(crate) fn path(&self, project: &str) -> String {
        reference::global(project, "addresses", &self.name)
    }

    /// The fingerprint of the labels, which follows from id and changes.
    pub(crate) fn label_fingerprint(&self) -> String {
        fingerprint(self.id, self.label_revision)
    }

    /// The resource as Google prints it.
    pub(crate) fn to_json(&self, project: &str) -> Value {
        let network = self
            .range
            .as_ref()
            .map(|(network, _)| self_link(&reference::global(project, "networks", network)));
        Object::kind("compute#address")
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with("description", self.description.clone())
            .with("address", self.address.to_string())
            .with_some("prefixLength", self.range.as_ref().map(|(_, length)| *length))
            .with("status", "RESERVED")
            .with("addressType", if self.range.is_some() { "INTERNAL" } else { "EXTERNAL" })
            .with_some("purpose", self.range.is_some().then_some("VPC_PEERING"))
            .with("networkTier", "PREMIUM")
            .with("ipVersion", "IPV4")
            .with("labelFingerprint", self.label_fingerprint())
            .with_some("labels", (!self.labels.is_empty()).then(|| self.labels.clone()))
            .with_some("network", network)
            .with("selfLink", self_link(&self.path(project)))
            .build()
    }
}
