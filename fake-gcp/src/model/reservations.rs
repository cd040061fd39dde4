//! Ranges of a network that are reserved for something else than subnets: fields.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::api::reference;
use crate::time::Instant;

/// The kind of a reserved range, by the API that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reservation {
    /// A global address of Compute with the purpose `VPC_PEERING`: private services access.
    #[default]
    PrivateServices,
    /// An internal range of Network Connectivity that no subnet may use (`EXTERNAL_TO_VPC`).
    InternalRange,
}

/// A range that no subnet may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedRange {
    /// Name of the network that it is reserved in.
    pub network: String,
    /// Name of the range.
    pub name: String,
    /// Addresses of the range, as a CIDR.
    pub cidr: Ipv4Net,
    /// Kind of the range.
    pub reservation: Reservation,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl ReservedRange {
    /// Path of the range: `projects/P/global/addresses/A` or `projects/P/locations/global/internalRanges/R`.
    pub fn path(&self, project: &str) -> String {
        match self.reservation {
            Reservation::PrivateServices => reference::global(project, "addresses", &self.name),
            Reservation::InternalRange => {
                format!("projects/{project}/locations/global/internalRanges/{}", self.name)
            }
        }
    }
}
