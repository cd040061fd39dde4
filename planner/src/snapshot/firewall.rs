//! Firewall rules of the VPC.

use serde_json::{Map, Value};

/// A firewall rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Firewall {
    /// Its name, unique in the project.
    pub name: String,
    /// It applies to VMs with one of these network tags; none: to all.
    pub target_tags: Vec<String>,
    /// Its fields as read.
    pub fields: Map<String, Value>,
}
