//! How traffic leaves: the Cloud Router with its NATs, and reserved addresses.

use crate::vocabulary::ResourceName;
use serde_json::{Map, Value};

/// A Cloud Router.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Router {
    /// Its name.
    pub name: ResourceName,
    /// The path of its VPC, `projects/P/global/networks/N`.
    pub network: String,
    /// Its NATs as read, those of others included.
    pub nats: Vec<Map<String, Value>>,
}

/// A reserved address of the region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// Its name.
    pub name: ResourceName,
    /// Its path, `projects/P/regions/R/addresses/A`.
    pub path: String,
    /// The address itself.
    pub address: String,
    /// Whether it is an external one; only those can serve a NAT.
    pub external: bool,
    /// Names of what uses it.
    pub users: Vec<String>,
}
