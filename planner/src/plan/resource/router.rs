//! Cloud Routers, as they are created. Their NATs are changed as a list by [`Action::SetNats`](crate::plan::Action::SetNats).

use serde_json::{Map, Value, json};

use super::nats::use_addresses;
use super::row::{Row, object};
use crate::snapshot::{Cloud, Part, Router};
use crate::vocabulary::path_of;

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

    /// Adds the router to `cloud` under `name`.
    pub(in crate::plan) fn insert(&self, name: &str, cloud: &mut Cloud) {
        if cloud.router.is_none() && cloud.is_network(&self.network) {
            let network = path_of(&self.network).to_owned();
            cloud.router = Some(Router { name: name.into(), network, nats: Vec::new() });
        }
    }
}

/// Removes the router `name` from `cloud`, with its NATs.
pub(in crate::plan) fn delete(name: &str, cloud: &mut Cloud) {
    if cloud.router.take_if(|router| router.name == *name).is_some() {
        use_addresses(name, &[], cloud);
    }
}
