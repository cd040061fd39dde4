//! Firewall rules, as they are created and corrected.

use serde_json::{Map, Value, json};

use super::row::{Row, object};
use crate::snapshot::{Cloud, Firewall, Part};
use crate::text::listed;
use crate::vocabulary::path_of;

/// The properties of all firewall rules.
pub(super) const ROW: Row = Row {
    collection: Some("firewalls"),
    noun: "firewall",
    label: "firewall rule",
    is_in_network: true,
    shows_in: &[Part::Firewalls],
};

/// The names of the shoot's own rules. The last one is not created any more.
pub(in crate::plan) fn rule_names(cluster: &str) -> [String; 5] {
    ["internal-access", "health-checks", "internal-access-ipv6", "health-checks-ipv6", "external-access"]
        .map(|name| format!("{cluster}-allow-{name}"))
}

/// An ingress rule that applies to every VM of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FirewallRule {
    /// The URL of the VPC.
    pub network: String,
    /// The source ranges in CIDR notation, of one IP family.
    pub source_ranges: Vec<String>,
    /// The protocols (by name or number) with their port ranges; without port ranges all ports are allowed.
    pub allowed: Vec<(String, Vec<String>)>,
    /// The priority, 0 to 65535; a lower number takes precedence.
    pub priority: u32,
}

impl FirewallRule {
    /// All fields of the rule, with explicit nulls for those that it must not have, so that a change removes them.
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

    /// Adds the rule to `cloud` under `name`.
    pub(in crate::plan) fn insert(&self, name: &str, cloud: &mut Cloud) {
        let exists = cloud.firewalls.iter().any(|rule| rule.name == *name);
        if !exists && cloud.is_network(&self.network) {
            let fields = self.merged_into(Map::new());
            cloud.firewalls.push(Firewall { name: name.into(), target_tags: Vec::new(), fields });
        }
    }

    /// Changes the rule `name` in `cloud`. Fields that are not managed stay as they are.
    pub(in crate::plan) fn patch(&self, name: &str, cloud: &mut Cloud) {
        if let Some(rule) = cloud.firewalls.iter_mut().find(|rule| rule.name == *name) {
            rule.fields = self.merged_into(std::mem::take(&mut rule.fields));
            rule.target_tags.clear();
        }
    }

    /// The fields of the rule as they are read after it was merged into `fields`.
    fn merged_into(&self, mut fields: Map<String, Value>) -> Map<String, Value> {
        for (field, value) in self.fields() {
            match value {
                Value::Null => fields.remove(&field),
                value => fields.insert(field, value),
            };
        }
        fields.insert("network".to_owned(), json!(path_of(&self.network)));
        fields.insert("targetTags".to_owned(), json!([]));
        if self.source_ranges.is_empty() {
            fields.insert("sourceRanges".to_owned(), json!([ANYWHERE]));
        }
        fields
    }
}

/// The source range of a rule that names no source.
const ANYWHERE: &str = "0.0.0.0/0";

/// Removes the rule `name` from `cloud`.
pub(in crate::plan) fn delete(name: &str, cloud: &mut Cloud) {
    cloud.firewalls.retain(|rule| rule.name != *name);
}
