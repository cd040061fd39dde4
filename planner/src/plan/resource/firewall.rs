//! Firewall rules, as they are created and corrected.

use serde_json::{Map, Value, json};

use super::row::{Row, object};
use crate::snapshot::{Cloud, Firewall, Part};
use crate::text::listed;
use crate::vocabulary::{ClusterName, ResourceName, path_of};

/// The properties of all firewall rules.
pub(super) const ROW: Row = Row {
    collection: Some("firewalls"),
    noun: "firewall",
    label: "firewall rule",
    is_in_network: true,
    shows_in: &[Part::Firewalls],
};

/// The role of a firewall rule of the shoot. A shoot has at most one rule in each role, whose name follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FirewallRole {
    /// Traffic from the shoot's own IPv4 ranges.
    InternalAccess,
    /// Health checks of Google over IPv4.
    HealthChecks,
    /// Traffic from the shoot's own IPv6 ranges.
    InternalAccessIpv6,
    /// Health checks of Google over IPv6.
    HealthChecksIpv6,
    /// Traffic from everywhere. Such a rule is not created any more.
    ExternalAccess,
}

impl FirewallRole {
    /// All roles that a rule of the shoot may have.
    pub const ALL: [Self; 5] = [
        Self::InternalAccess,
        Self::HealthChecks,
        Self::InternalAccessIpv6,
        Self::HealthChecksIpv6,
        Self::ExternalAccess,
    ];

    /// The name of a rule without the Cluster's name in front, e.g. `allow-health-checks`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InternalAccess => "allow-internal-access",
            Self::HealthChecks => "allow-health-checks",
            Self::InternalAccessIpv6 => "allow-internal-access-ipv6",
            Self::HealthChecksIpv6 => "allow-health-checks-ipv6",
            Self::ExternalAccess => "allow-external-access",
        }
    }

    /// The name of the rule of the shoot whose Cluster is called `cluster`.
    pub(in crate::plan) fn rule_name(self, cluster: &ClusterName) -> ResourceName {
        format!("{cluster}-{}", self.as_str()).into()
    }

    /// Whether `name` is the name of a rule of the shoot whose Cluster is called `cluster`.
    pub(in crate::plan) fn is_rule_name(cluster: &ClusterName, name: &ResourceName) -> bool {
        Self::ALL.into_iter().any(|role| role.rule_name(cluster) == *name)
    }
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
