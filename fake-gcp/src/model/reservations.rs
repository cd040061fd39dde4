//! Ranges of a network that are reserved for something else than subnets: fields.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::reference;
use crate::model::placed::{Key, Resource};
use crate::model::scope::Scoped;
use crate::time::Instant;

/// The kind of a reserved range, by the API that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reservation {
    /// A global address of Compute with the purpose `VPC_PEERING`: private services access.
    #[default]
    PrivateServices,
    /// An internal range of Network Connectivity: for what is outside of the network, or for the subnets that name it.
    InternalRange,
}

/// A range that no subnet may use, but for those that name it.
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
    /// Whether subnets may use it that name it.
    pub for_subnets: bool,
    /// Other fields of an internal range, as they are printed.
    pub fields: Map<String, Value>,
    /// Instant at which it was made.
    pub created: Instant,
    /// Instant of its last change.
    pub updated: Instant,
}

impl Resource for ReservedRange {
    fn keys(&self) -> Vec<Key> {
        vec![Key::Network(self.network.clone())]
    }

    fn ranges_of(&self) -> Option<(String, Vec<Ipv4Net>)> {
        Some((self.network.clone(), vec![self.cidr]))
    }
}

impl Reservation {
    /// Place of its ranges in the table of a project.
    pub fn place(self, name: &str) -> Scoped {
        let service = match self {
            Self::PrivateServices => "compute",
            Self::InternalRange => "networkconnectivity",
        };
        (service.to_owned(), name.to_owned())
    }
}

impl ReservedRange {
    /// Place of the range in the table of its project.
    pub fn place(&self) -> Scoped {
        self.reservation.place(&self.name)
    }

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
