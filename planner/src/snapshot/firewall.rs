//! Firewall rules of a VPC.

use serde_json::{Map, Value};

/// A firewall rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Firewall {
    /// A name, unique in the project.
    pub name: String,
    /// The network tags of the VMs that it applies to; none: it applies to all.
    pub target_tags: Vec<String>,
    /// The fields as read, by which it is compared.
    pub fields: Map<String, Value>,
}
