//! Firewall rules of the VPC.

use crate::vocabulary::ResourceName;
use serde_json::{Map, Value};

/// A firewall rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Firewall {
    /// Its name, unique in the project.
    pub name: ResourceName,
    /// It applies to VMs with one of these network tags; none: to all.
    pub target_tags: Vec<String>,
    /// Its fields as read.
    pub fields: Map<String, Value>,
}

impl Firewall {
    /// Whether it is limited to VMs with this network tag, perhaps among others.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.target_tags.iter().any(|own| own == tag)
    }
}
