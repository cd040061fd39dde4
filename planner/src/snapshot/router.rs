//! Cloud Routers with their NATs.

use serde_json::{Map, Value};

use crate::vocabulary::ResourceName;

/// A Cloud Router.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Router {
    /// The name, unique in project and region.
    pub name: ResourceName,
    /// The path of the router's VPC, `projects/P/global/networks/N`.
    pub network: String,
    /// The NATs as read, those of others included.
    pub nats: Vec<Map<String, Value>>,
}
