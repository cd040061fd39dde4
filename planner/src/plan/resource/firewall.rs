//! Firewall rules, as they are made and put right.

use serde_json::{Map, Value, json};

use super::{Row, object};
use crate::snapshot::Part;
use crate::text::listed;

/// The row of the table.
pub(super) const ROW: Row = Row {
    collection: Some("firewalls"),
    noun: "firewall",
    label: "firewall rule",
    is_in_network: true,
    shows_in: &[Part::Firewalls],
};

/// The names that rules of `cluster` can have; the last is one that is made no more.
pub(in crate::plan) fn rule_names(cluster: &str) -> [String; 5] {
    ["internal-access", "health-checks", "internal-access-ipv6", "health-checks-ipv6", "external-access"]
        .map(|name| format!("{cluster}-allow-{name}"))
}

/// A rule that lets traffic into every VM of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FirewallRule {
    /// The URL of its VPC.
    pub network: String,
    /// Where the traffic comes from: ranges of one family.
    pub source_ranges: Vec<String>,
    /// Protocol (a name, or a number in digits) and port ranges; no port ranges: all.
    pub allowed: Vec<(String, Vec<String>)>,
    /// The priority, 0 to 65535: the lower, the stronger.
    pub priority: u32,
}

impl FirewallRule {
    /// The whole rule: what it must not have is named too, so that a change removes it.
    pub(in crate::plan) fn fields(&self) -> Map<String, Value> {
        let allowed = self.allowed.iter().map(|(protocol, ports)| {
            if ports.is_empty() {
                json!({ "IPProtocol": protocol })
            } else {
                json!({ "IPProtocol": protocol, "ports": ports })
            }
        });
        object([
            ("network", json!(self.network)),
            ("direction", json!("INGRESS")),
            ("priority", json!(self.priority)),
            ("disabled", json!(false)),
            ("sourceRanges", json!(self.source_ranges)),
            ("allowed", json!(allowed.collect::<Vec<_>>())),
            ("denied", Value::Null),
            ("destinationRanges", Value::Null),
            ("sourceServiceAccounts", Value::Null),
            ("sourceTags", Value::Null),
            ("targetServiceAccounts", Value::Null),
            ("targetTags", Value::Null),
        ])
    }

    pub(super) fn summary(&self) -> String {
        format!("create the firewall rule for {}", listed(&self.source_ranges, ", "))
    }
}
