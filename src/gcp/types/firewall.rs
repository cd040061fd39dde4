//! `compute#firewall`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::ResourceUrl;

/// A firewall rule of a network. Its fields are compared one by one, so it is kept as it came.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Firewall {
    /// Its name, unique in the project.
    pub name: String,
    /// The network that it is part of.
    pub network: ResourceUrl,
    /// It applies to VMs with one of these network tags; none: to all.
    pub target_tags: Vec<String>,
    /// All other members.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
