//! Cloud Routers with their NATs.

use serde_json::{Map, Value};

use crate::vocabulary::ResourceName;

/// A Cloud Router.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Router {
    /// A name, unique in project and region.
    pub name: ResourceName,
    /// The path of its VPC, `projects/P/global/networks/N`.
    pub network: String,
    /// The NATs as read, those of others included.
    pub nats: Vec<Map<String, Value>>,
}
