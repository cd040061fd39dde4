//! The shoot's firewall rules: traffic between its own ranges and Google's health checks, one pair of rules per IP family.
//!
//! Rules apply to every VM of the VPC, so apart from the pod range they allow only ranges that subnets really have: a wanted
//! range may be refused, and one to be removed may have to stay. The IPv6 pair is created with the first IPv6 range, and deleted
//! when none is left and none is wanted.

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

use super::context::Context;
use super::difference::differences;
use super::draft::Draft;
use super::resource::{Body, Change, FirewallRole, FirewallRule, Kind, ResourceRef};
use super::{Action, Reason, StepId};
use crate::vocabulary::{Purpose, subnet_name};

/// The sources of Google's health checks, from Google's documentation of probe IP ranges.
const HEALTH_CHECKS_IPV4: [&str; 4] =
    ["35.191.0.0/16", "209.85.204.0/22", "209.85.152.0/22", "130.211.0.0/22"];
const HEALTH_CHECKS_IPV6: [&str; 3] = ["2600:2d00:1:b029::/64", "2600:2d00:1:1::/64", "2600:1901:8001::/48"];

const PRIORITY: u32 = 1000;
const ALL_PORTS: &str = "1-65535";
const NODE_PORTS: &str = "30000-32767";
const ICMP: &str = "icmp";
/// ICMPv6 by its protocol number, as the API has no name for it.
const ICMPV6: &str = "58";

/// The fields that no rule of the shoot has.
const UNUSED: [&str; 6] = [
    "denied",
    "destinationRanges",
    "sourceServiceAccounts",
    "sourceTags",
    "targetServiceAccounts",
    "targetTags",
];

/// A selection of the shoot's rules.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// All rules of the shoot.
    All,
    /// The rules for IPv4.
    Ipv4,
    /// The rules for IPv6.
    Ipv6,
}

/// A rule that the shoot shall have.
struct Wanted {
    role: FirewallRole,
    /// Whether the rule is for IPv6. Such a rule is deleted when it has no source range left.
    is_ipv6: bool,
    /// Whether the nodes subnet's range is among the sources.
    follows_nodes: bool,
    rule: FirewallRule,
}

/// Creates missing rules, corrects changed ones, and deletes IPv6 rules without sources.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft, which: Rules) {
    let Some(network) = &context.seen.cloud.network else { return };
    let is_of_interest = |wanted: &Wanted| match which {
        Rules::All => true,
        Rules::Ipv4 => !wanted.is_ipv6,
        Rules::Ipv6 => wanted.is_ipv6,
    };
    for wanted in rules(context, &network.url).into_iter().filter(is_of_interest) {
        let Wanted { role, is_ipv6, follows_nodes, rule } = wanted;
        // Put off until the nodes subnet exists, as the rule would have to be changed then.
        let waits_for_nodes = follows_nodes && range_of(context, Purpose::Nodes).is_none();
        let (id, name) = (StepId::Firewall(role), role.rule_name(&context.target.cluster));
        let object = ResourceRef::global(Kind::Firewall, &name);
        let present = context.seen.cloud.firewalls.iter().find(|present| present.name == name);
        match present {
            // A rule without source ranges would allow every source.
            _ if rule.source_ranges.is_empty() && is_ipv6 => remove(context, draft, role),
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

/// Deletes an IPv6 rule, unless dual-stack is wanted, as the IPv6 ranges are on their way then.
fn remove(context: Context<'_>, draft: &mut Draft, role: FirewallRole) {
    let name = role.rule_name(&context.target.cluster);
    let is_there = context.seen.cloud.firewalls.iter().any(|present| present.name == name);
    if is_there && !context.target.dual_stack {
        let action = Action::delete(ResourceRef::global(Kind::Firewall, name));
        draft.act(StepId::Firewall(role), action, Reason::NoIpv6Range);
    }
}

fn rules(context: Context<'_>, network: &str) -> [Wanted; 4] {
    let rule = |role, source_ranges, allowed| Wanted {
        role,
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
        Wanted {
            follows_nodes: true,
            ..rule(FirewallRole::InternalAccess, inside(context), everything(ICMP))
        },
        rule(FirewallRole::HealthChecks, texts(&HEALTH_CHECKS_IPV4), node_ports()),
        Wanted { is_ipv6: true, ..rule(FirewallRole::InternalAccessIpv6, inside_ipv6, everything(ICMPV6)) },
        Wanted { is_ipv6: true, ..rule(FirewallRole::HealthChecksIpv6, texts(probes_ipv6), node_ports()) },
    ]
}

/// The IPv4 ranges that may reach every VM, without duplicates: the pod range, and those that subnets really have.
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

/// The range that the subnet for `purpose` really has.
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

/// The managed fields and their wanted values.
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

/// The fields with Google's defaults for absent ones.
fn with_defaults(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = fields.clone();
    fields.entry("direction").or_insert_with(|| json!("INGRESS"));
    fields.entry("priority").or_insert_with(|| json!(PRIORITY));
    fields
}
