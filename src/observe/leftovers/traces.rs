//! Names of load balancers of the cluster, by the firewall rules that the cloud-controller-manager made for them.
//!
//! Most of what it makes bears neither the shoot's network tag nor its name, but the name of its load balancer, which holds the UID of a
//! Service; so whose it is follows from a name that a rule with the tag has told. The rules go with the shoot: they are looked at first.
//! The names are those of `providers/gce` in cloud-provider-gcp.

use std::collections::BTreeSet;

use planner::snapshot::Firewall;
use serde::Deserialize;

/// The names that firewall rules tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Traces {
    /// The names of load balancers: of forwarding rule, address, target pool, backend service and health check alike.
    balancers: BTreeSet<String>,
    /// The ids of the cluster, which the resources bear that all its load balancers share.
    clusters: BTreeSet<String>,
}

impl Traces {
    /// The names that the rules for VMs with the tag `cluster` tell.
    pub(super) fn of<'a>(rules: impl IntoIterator<Item = &'a Firewall>, cluster: &str) -> Self {
        let mut traces = Self::default();
        for rule in rules.into_iter().filter(|rule| rule.has_tag(cluster)) {
            let Some(rest) = rule.name.strip_prefix("k8s-") else { continue };
            let health = ["-http-hc", "-hc"].into_iter().find_map(|end| rest.strip_suffix(end));
            match (rest.strip_prefix("fw-"), health) {
                (Some(balancer), _) => traces.balancers.insert(balancer.to_owned()),
                (None, Some(of)) => match of.strip_suffix("-node") {
                    Some(cluster) => traces.clusters.insert(cluster.to_owned()),
                    None => traces.balancers.insert(of.to_owned()),
                },
                (None, None) => false,
            };
        }
        traces
    }

    pub(super) fn is_empty(&self) -> bool {
        self.balancers.is_empty() && self.clusters.is_empty()
    }

    /// Whether `name` is that of a load balancer of the cluster.
    pub(super) fn name(&self, name: &str) -> bool {
        self.balancers.contains(name)
    }

    /// Whether `name` is that of a health check of one of its load balancers, or of all.
    pub(super) fn name_health_check(&self, name: &str) -> bool {
        let shared = name.strip_prefix("k8s-").and_then(|rest| rest.strip_suffix("-node"));
        self.name(name) || shared.is_some_and(|cluster| self.clusters.contains(cluster))
    }

    /// Whether `name` is that of its groups of instances, one in each zone.
    pub(super) fn name_group(&self, name: &str) -> bool {
        name.strip_prefix("k8s-ig--").is_some_and(|cluster| self.clusters.contains(cluster))
    }
}

/// What the cloud-controller-manager writes into descriptions.
#[derive(Deserialize)]
struct Description {
    #[serde(rename = "kubernetes.io/service-name")]
    service: String,
}

/// The Service that a description names, in the form `namespace/name`. What all load balancers of a cluster share names itself instead.
pub(super) fn service(description: &str) -> Option<String> {
    let description: Description = serde_json::from_str(description).ok()?;
    Some(description.service).filter(|service| {
        service.split_once('/').is_some_and(|(namespace, name)| !namespace.is_empty() && !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, tag: &str) -> Firewall {
        Firewall { name: name.into(), target_tags: vec![tag.to_owned()], fields: serde_json::Map::new() }
    }

    #[test]
    fn rules_with_the_tag_tell_names() {
        let rules = [
            rule("k8s-fw-a1", "shoot--p--a"),
            rule("k8s-a2-http-hc", "shoot--p--a"),
            rule("k8s-0123456789abcdef-node-http-hc", "shoot--p--a"),
            rule("k8s-fedcba9876543210-node-hc", "shoot--p--a"),
            rule("k8s-fw-other", "shoot--p--ab"),
            rule("shoot--p--a-allow-internal-access", "shoot--p--a"),
            rule("k8s-something", "shoot--p--a"),
        ];
        let traces = Traces::of(&rules, "shoot--p--a");
        assert!(traces.name("a1") && traces.name("a2") && !traces.name("other") && !traces.name(""));
        assert!(traces.name_health_check("a2") && traces.name_health_check("k8s-0123456789abcdef-node"));
        assert!(!traces.name_health_check("k8s-a1-node") && !traces.name_health_check("k8s-something"));
        assert!(traces.name_group("k8s-ig--fedcba9876543210") && !traces.name_group("k8s-ig--1"));
        assert!(Traces::of(&rules[4..], "shoot--p--a").is_empty());
    }

    #[test]
    fn a_description_names_its_service_or_none() {
        let text = r#"{"kubernetes.io/service-name":"default/web","kubernetes.io/service-ip":"203.0.113.3"}"#;
        assert_eq!(service(text).as_deref(), Some("default/web"));
        for text in ["", "default/web", "{}", "[1]"] {
            assert_eq!(service(text), None, "{text}");
        }
        for name in ["", "/", "/web", "default/", "k8s-0123456789abcdef-node"] {
            let text = serde_json::json!({ "kubernetes.io/service-name": name }).to_string();
            assert_eq!(service(&text), None, "{name}");
        }
    }
}
