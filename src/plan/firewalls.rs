//! Firewall rules: traffic inside the shoot's ranges, and Google's health checks, per family.
//!
//! Rules apply to every VM of the VPC. The IPv6 pair comes with the first IPv6 range and stays: once reported, IPv6 is kept.

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

use super::difference::differences;
use super::draft::Draft;
use super::{Action, Context, FirewallRule};
use crate::journal::{NODES_IPV6, SERVICES_IPV6};

/// Where Google's health checks come from. Source: Google's list of probe ranges.
const HEALTH_CHECKS_IPV4: [&str; 4] =
    ["35.191.0.0/16", "209.85.204.0/22", "209.85.152.0/22", "130.211.0.0/22"];
const HEALTH_CHECKS_IPV6: [&str; 3] = ["2600:2d00:1:b029::/64", "2600:2d00:1:1::/64", "2600:1901:8001::/48"];

const PRIORITY: u32 = 1000;
const ALL_PORTS: &str = "1-65535";
const NODE_PORTS: &str = "30000-32767";
const ICMP: &str = "icmp";
/// By number: the API knows no name for it.
const ICMPV6: &str = "58";

/// Fields that none of our rules has.
const UNUSED: [&str; 6] = [
    "denied",
    "destinationRanges",
    "sourceServiceAccounts",
    "sourceTags",
    "targetServiceAccounts",
    "targetTags",
];

/// Which of the rules are of interest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// All of them.
    All,
    /// Those for IPv6.
    Ipv6,
}

/// Makes the rules that are missing, and puts right those that were changed.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft, which: Rules) {
    let Some(network) = &context.seen.cloud.network else { return };
    for rule in rules(context, draft, &network.url) {
        if which == Rules::Ipv6 && !rule.name.ends_with("-ipv6") {
            continue;
        }
        let id =
            format!("firewall/{}", rule.name.strip_prefix(&context.target.cluster).unwrap_or(&rule.name));
        let id = id.replace("/-", "/");
        let target = rule.name.clone();
        let Some(present) = context.seen.cloud.firewalls.iter().find(|present| present.name == rule.name)
        else {
            draft.act(id, target, Action::InsertFirewall(rule), "it does not exist");
            continue;
        };
        let changes = differences(&with_defaults(&present.fields), &managed(&rule));
        if !changes.is_empty() {
            draft.change(context, id, target, Action::PatchFirewall(rule), changes);
        }
    }
}

/// The names that rules of `cluster` can have; the last is one that is made no more.
pub(super) fn names(cluster: &str) -> [String; 5] {
    ["internal-access", "health-checks", "internal-access-ipv6", "health-checks-ipv6", "external-access"]
        .map(|name| format!("{cluster}-allow-{name}"))
}

fn rules(context: Context<'_>, draft: &Draft, network: &str) -> Vec<FirewallRule> {
    let [internal, health, internal_ipv6, health_ipv6, _] = names(&context.target.cluster);
    let rule = |name: String, sources: Vec<String>, allowed: Vec<(String, Vec<String>)>| FirewallRule {
        name,
        network: network.to_owned(),
        source_ranges: sources,
        allowed,
        priority: PRIORITY,
    };
    let inside = context.target.inside.iter().map(Ipv4Net::to_string).collect();
    let mut rules = vec![
        rule(internal, inside, everything(ICMP)),
        rule(health, HEALTH_CHECKS_IPV4.map(str::to_owned).to_vec(), node_ports()),
    ];
    let data = &draft.state.data;
    let inside: Vec<String> =
        [NODES_IPV6, SERVICES_IPV6].iter().filter_map(|key| data.get(*key)).cloned().collect();
    if !inside.is_empty() {
        rules.push(rule(internal_ipv6, inside, everything(ICMPV6)));
        rules.push(rule(health_ipv6, HEALTH_CHECKS_IPV6.map(str::to_owned).to_vec(), node_ports()));
    }
    rules
}

fn everything(icmp: &str) -> Vec<(String, Vec<String>)> {
    let ports = || vec![ALL_PORTS.to_owned()];
    vec![
        (icmp.to_owned(), Vec::new()),
        ("ipip".to_owned(), Vec::new()),
        ("tcp".to_owned(), ports()),
        ("udp".to_owned(), ports()),
    ]
}

fn node_ports() -> Vec<(String, Vec<String>)> {
    ["udp", "tcp"].map(|protocol| (protocol.to_owned(), vec![NODE_PORTS.to_owned()])).to_vec()
}

/// The managed fields and what they shall be.
fn managed(rule: &FirewallRule) -> Vec<(&'static str, Value)> {
    let allowed: Vec<Value> = rule
        .allowed
        .iter()
        .map(|(protocol, ports)| json!({ "IPProtocol": protocol, "ports": ports }))
        .collect();
    let mut fields = vec![
        ("network", json!(rule.network)),
        ("direction", json!("INGRESS")),
        ("priority", json!(rule.priority)),
        ("disabled", json!(false)),
        ("sourceRanges", json!(rule.source_ranges)),
        ("allowed", json!(allowed)),
    ];
    fields.extend(UNUSED.map(|field| (field, Value::Null)));
    fields
}

/// What an absent field means.
fn with_defaults(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = fields.clone();
    fields.entry("direction").or_insert_with(|| json!("INGRESS"));
    fields.entry("priority").or_insert_with(|| json!(PRIORITY));
    fields
}
