//! Firewall rules of a VPC.

use serde_json::{Map, Value};

use crate::vocabulary::ResourceName;

/// A firewall rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Firewall {
    /// The name, unique in the project.
    pub name: ResourceName,
    /// The network tags of the VMs that the rule applies to; empty: it applies to all VMs.
    pub target_tags: Vec<String>,
    /// The fields as read, which are compared with the wanted ones.
    pub fields: Map<String, Value>,
}

impl Firewall {
    /// Whether the rule is limited to VMs with this network tag, perhaps among others.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.target_tags.iter().any(|own| own == tag)
    }
}
