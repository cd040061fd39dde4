//! `compute#router` with its NATs.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ResourceId, ResourceUrl};

/// A Cloud Router.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Router {
    /// Its name, unique in project and region.
    pub name: String,
    /// Its number.
    pub id: ResourceId,
    /// Its URL.
    pub self_link: ResourceUrl,
    /// The network that it is part of.
    pub network: ResourceUrl,
    /// Where it lies.
    pub region: ResourceUrl,
    /// Its NATs, as they came. A PATCH replaces the whole list, and there is no fingerprint to guard it.
    pub nats: Vec<Map<String, Value>>,
}
