//! Reserved addresses: fields.

use std::net::Ipv4Addr;

use serde_json::{Map, Value};

use crate::api::reference;
use crate::model::ids::fingerprint;
use crate::model::placed::{Key, Resource};
use crate::model::subnetworks::SubnetKey;
use crate::time::Instant;

/// A reserved address.
#[derive(Debug, Clone)]
pub struct Address {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, unique in its region.
    pub name: String,
    /// Description, as it was sent; printed even if it is empty.
    pub description: String,
    /// Subnet whose address it is; none for external addresses.
    pub subnet: Option<SubnetKey>,
    /// The address itself.
    pub address: Ipv4Addr,
    /// Network tier: `PREMIUM` or `STANDARD`.
    pub network_tier: String,
    /// Labels as they are printed.
    pub labels: Map<String, Value>,
    /// Number of changes of the labels, from which their fingerprint follows.
    pub label_revision: u64,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl Resource for Address {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn keys(&self) -> Vec<Key> {
        let of = match &self.subnet {
            Some(subnet) => Key::Subnet(subnet.clone()),
            None => Key::ExternalIn(self.region.clone()),
        };
        vec![Key::Address(self.subnet.clone(), self.address), of]
    }

    fn takes(&self) -> Option<(SubnetKey, Ipv4Addr)> {
        self.subnet.clone().map(|subnet| (subnet, self.address))
    }
}

impl Address {
    /// The fingerprint of the labels, which follows from id and changes.
    pub fn label_fingerprint(&self) -> String {
        fingerprint(self.id, self.label_revision)
    }

    /// Path of the address: `projects/P/regions/R/addresses/A`.
    pub fn path(&self, project: &str) -> String {
        reference::regional(project, &self.region, "addresses", &self.name)
    }
}
