//! Firewall rules: traffic inside the shoot's ranges, and Google's health checks, per family.
//!
//! Rules apply to every VM of the VPC, so they follow what exists: they are opened to a range once a subnet has it, and to no other
//! range than subnets have, but for that of the pods. What is wished for may be refused, and what is to go may have to stay.
//! The IPv6 pair comes with the first IPv6 range and goes only where none is left and none is wanted.

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

use super::context::Context;
use super::difference::differences;
use super::draft::Draft;
use super::resource::{Body, Change, FirewallRule, Kind, ResourceRef, rule_names};
use super::{Action, Reason, StepId};
use crate::vocabulary::{Purpose, subnet_name};

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

/// A rule that the shoot shall have.
struct Wanted {
    name: String,
    /// It is for IPv6: it goes where it lets nothing in any more.
    is_ipv6: bool,
    /// It lets in what comes from the nodes subnet.
    follows_nodes: bool,
    rule: FirewallRule,
}

/// Makes the rules that are missing, puts right those that were changed, and takes away those that let nothing in any more.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft, which: Rules) {
    let Some(network) = &context.seen.cloud.network else { return };
    let is_of_interest = |wanted: &Wanted| match which {
        Rules::All => true,
        Rules::Ipv6 => wanted.is_ipv6,
    };
    for wanted in rules(context, &network.url).into_iter().filter(is_of_interest) {
        let Wanted { name, is_ipv6, follows_nodes, rule } = wanted;
        // It would only have to be changed as soon as the nodes subnet is there.
        let waits_for_nodes = follows_nodes && range_of(context, Purpose::Nodes).is_none();
        let id = id(context, &name);
        let object = ResourceRef::global(Kind::Firewall, &name);
        let present = context.seen.cloud.firewalls.iter().find(|present| present.name == name);
        match present {
            // Without a source it would let everybody in.
            _ if rule.source_ranges.is_empty() && is_ipv6 => remove(context, draft, &name),
            None if rule.source_ranges.is_empty() || waits_for_nodes => draft.later(
                id,
                '+',
                name,
                "create the firewall rule",
                "it is opened to the ranges of the subnets once they have them",
            ),
            None => draft.act(id, Action::Insert { object, body: Body::Firewall(rule) }, Reason::Missing),
            Some(_) if rule.source_ranges.is_empty() => {}
            Some(present) => {
                let changes = differences(&with_defaults(&present.fields), &managed(&rule));
                if !changes.is_empty() {
                    let action = Action::Patch { object, change: Change::Firewall(rule) };
                    draft.change(context, id, action, changes);
                }
            }
        }
    }
}

fn id(context: Context<'_>, name: &str) -> StepId {
    let short = name.strip_prefix(context.target.cluster.as_str()).unwrap_or(name);
    StepId::Firewall(short.strip_prefix('-').unwrap_or(short).to_owned())
}

/// An IPv6 rule of a shoot without IPv6 ranges; where they are wanted they are on their way.
fn remove(context: Context<'_>, draft: &mut Draft, name: &str) {
    let is_there = context.seen.cloud.firewalls.iter().any(|present| present.name == name);
    if is_there && !context.target.dual_stack {
        let action = Action::delete(ResourceRef::global(Kind::Firewall, name));
        draft.act(id(context, name), action, Reason::NoIpv6Range);
    }
}

fn rules(context: Context<'_>, network: &str) -> [Wanted; 4] {
    let [internal, health, internal_ipv6, health_ipv6, _] = rule_names(&context.target.cluster);
    let rule = |name, source_ranges, allowed| Wanted {
        name,
        is_ipv6: false,
        follows_nodes: false,
        rule: FirewallRule { network: network.to_owned(), source_ranges, allowed, priority: PRIORITY },
    };
    let inside_ipv6 = [Purpose::Nodes, Purpose::Services]
        .into_iter()
        .filter_map(|purpose| context.seen.ipv6_range(context.target, purpose).cloned())
        .collect::<Vec<_>>();
    let probes_ipv6 = if inside_ipv6.is_empty() { &[] } else { &HEALTH_CHECKS_IPV6[..] };
    let texts = |ranges: &[&str]| ranges.iter().map(|range| (*range).to_owned()).collect();
    [
        Wanted { follows_nodes: true, ..rule(internal, inside(context), everything(ICMP)) },
        rule(health, texts(&HEALTH_CHECKS_IPV4), node_ports()),
        Wanted { is_ipv6: true, ..rule(internal_ipv6, inside_ipv6, everything(ICMPV6)) },
        Wanted { is_ipv6: true, ..rule(health_ipv6, texts(probes_ipv6), node_ports()) },
    ]
}

/// The IPv4 ranges that may reach every VM, each once: that of the pods, which need no subnet, and those that subnets have.
fn inside(context: Context<'_>) -> Vec<String> {
    let target = context.target;
    let subnets = [Purpose::Internal, Purpose::Nodes].map(|purpose| range_of(context, purpose));
    let mut ranges: Vec<String> = Vec::new();
    for range in [target.pods].into_iter().chain(subnets).chain([target.old_worker]).flatten() {
        let range = range.to_string();
        if !ranges.contains(&range) {
            ranges.push(range);
        }
    }
    ranges
}

/// The range that the subnet for `purpose` has.
fn range_of(context: Context<'_>, purpose: Purpose) -> Option<Ipv4Net> {
    let name = subnet_name(&context.target.cluster, purpose);
    context.seen.cloud.subnet(&context.target.region, &name).map(|subnet| subnet.range)
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
