//! Cloud Routers, as they are created. Their NATs are changed as a list by [`Action::SetNats`](crate::plan::Action::SetNats).

use serde_json::{Map, Value, json};

use super::{Row, object};
use crate::snapshot::Part;

/// The properties of all routers.
pub(super) const ROW: Row = Row {
    collection: Some("routers"),
    noun: "router",
    label: "router",
    is_in_network: false,
    shows_in: &[Part::Router, Part::Addresses],
};

/// A new Cloud Router, without BGP and without NATs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewRouter {
    /// The URL of the VPC.
    pub network: String,
}

impl NewRouter {
    pub(super) fn fields(&self) -> Map<String, Value> {
        object([("description", json!("gardener-managed router")), ("network", json!(self.network))])
    }
}
