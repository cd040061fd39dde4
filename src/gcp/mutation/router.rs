//! Changes of Cloud Routers and their NATs.

use http::Method;
use serde_json::{Map, Value, json};

use super::{Mutation, Scope};
use crate::gcp::types::ResourceUrl;

/// A Cloud Router to be, without BGP and without NATs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRouter {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: String,
    /// The network that it becomes part of.
    pub network: ResourceUrl,
}

impl Mutation {
    /// Creates a Cloud Router.
    pub fn insert_router(region: &str, router: &NewRouter) -> Self {
        let label = format!("insert router {} in {region}", router.name);
        let body =
            json!({ "name": router.name, "description": router.description, "network": router.network });
        Self::new(Method::POST, Scope::Region(region.to_owned()), "routers", label).with_body(body)
    }

    /// Replaces the NATs of a router. `nats` is the whole list; empty: none are left. Nothing guards it: the API knows no
    /// fingerprint of a router.
    pub fn set_nats(region: &str, router: &str, nats: &[Map<String, Value>]) -> Self {
        let names: Vec<_> = nats.iter().filter_map(|nat| nat.get("name")?.as_str()).collect();
        let label = format!("set the NATs of router {router} in {region} to [{}]", names.join(", "));
        Self::new(Method::PATCH, Scope::Region(region.to_owned()), "routers", label)
            .of(router)
            .with_body(json!({ "nats": nats }))
    }

    /// Deletes a router with its NATs.
    pub fn delete_router(region: &str, name: &str) -> Self {
        Self::delete(Scope::Region(region.to_owned()), "routers", "router", name)
    }
}
