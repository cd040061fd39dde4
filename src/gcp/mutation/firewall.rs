//! Changes of firewall rules.

use http::Method;
use serde_json::{Value, json};

use super::{Mutation, Scope};
use crate::gcp::types::ResourceUrl;

/// A rule that lets traffic into all VMs of a network, as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirewallRule {
    /// Its name.
    pub name: String,
    /// Its network.
    pub network: ResourceUrl,
    /// Where the traffic comes from, as CIDRs of one family.
    pub source_ranges: Vec<String>,
    /// Protocol (name, or number in digits) and port ranges; no port ranges: all.
    pub allowed: Vec<(String, Vec<String>)>,
    /// The lower, the stronger.
    pub priority: u32,
}

impl FirewallRule {
    /// The whole rule: what it must not have is named too, so that a PATCH removes it.
    fn body(&self) -> Value {
        let allowed = self.allowed.iter().map(|(protocol, ports)| {
            if ports.is_empty() {
                json!({ "IPProtocol": protocol })
            } else {
                json!({ "IPProtocol": protocol, "ports": ports })
            }
        });
        json!({
            "name": self.name,
            "network": self.network,
            "direction": "INGRESS",
            "priority": self.priority,
            "disabled": false,
            "sourceRanges": self.source_ranges,
            "allowed": allowed.collect::<Vec<_>>(),
            "denied": null,
            "destinationRanges": null,
            "sourceServiceAccounts": null,
            "sourceTags": null,
            "targetServiceAccounts": null,
            "targetTags": null,
        })
    }
}

impl Mutation {
    /// Creates a firewall rule.
    pub fn insert_firewall(rule: &FirewallRule) -> Self {
        let label = format!("insert firewall {}", rule.name);
        Self::new(Method::POST, Scope::Global, "firewalls", label).with_body(rule.body())
    }

    /// Puts every managed field of a firewall rule right.
    pub fn patch_firewall(rule: &FirewallRule) -> Self {
        let label = format!("patch firewall {}", rule.name);
        Self::new(Method::PATCH, Scope::Global, "firewalls", label).of(&rule.name).with_body(rule.body())
    }

    /// Deletes a firewall rule.
    pub fn delete_firewall(name: &str) -> Self {
        Self::delete(Scope::Global, "firewalls", "firewall", name)
    }
}
