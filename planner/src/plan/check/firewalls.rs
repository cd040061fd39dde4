//! Firewall rules: own names only, opened to ranges that subnets have, to pods and to Google's health checks, and to nobody else.

use super::back;
use super::evidence::Evidence;
use super::others::{RULES, is_own_rule};
use super::rule::{Breach, Judgement, Rule};
use crate::plan::Course;
use crate::plan::resource::{FirewallRule, ResourceRef};
use crate::vocabulary::Purpose;

/// The sources of Google's health checks. Written once more here, so that the planner's list is not its own judge.
const PROBES: [&str; 4] = ["35.191.0.0/16", "209.85.204.0/22", "209.85.152.0/22", "130.211.0.0/22"];
const PROBES_IPV6: [&str; 3] = ["2600:2d00:1:b029::/64", "2600:2d00:1:1::/64", "2600:1901:8001::/48"];

/// The rules that a shoot has, by the traffic that they let in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Inside,
    Probes,
    InsideIpv6,
    ProbesIpv6,
}

impl Opening {
    const ALL: [Self; 4] = [Self::Inside, Self::Probes, Self::InsideIpv6, Self::ProbesIpv6];

    /// The opening that the rule called `name` is; `None` if it is none of the shoot's.
    fn of(cluster: &str, name: &str) -> Option<Self> {
        let end = name.strip_prefix(cluster)?.strip_prefix("-allow-")?;
        RULES.into_iter().zip(Self::ALL).find(|(known, _)| *known == end).map(|(_, opening)| opening)
    }

    fn is_ipv6(self) -> bool {
        match self {
            Self::Inside | Self::Probes => false,
            Self::InsideIpv6 | Self::ProbesIpv6 => true,
        }
    }

    /// The protocols and ports that the rule allows.
    fn allowed(self) -> Vec<(String, Vec<String>)> {
        let protocols: &[(&str, &[&str])] = match self {
            Self::Inside => &[("icmp", &[]), ("ipip", &[]), ("tcp", &["1-65535"]), ("udp", &["1-65535"])],
            Self::InsideIpv6 => &[("58", &[]), ("ipip", &[]), ("tcp", &["1-65535"]), ("udp", &["1-65535"])],
            Self::Probes | Self::ProbesIpv6 => &[("udp", &["30000-32767"]), ("tcp", &["30000-32767"])],
        };
        let texts = |ports: &[&str]| ports.iter().map(|port| (*port).to_owned()).collect();
        protocols.iter().map(|(protocol, ports)| ((*protocol).to_owned(), texts(ports))).collect()
    }

    /// The sources of the rule; empty if there are none yet.
    fn sources(self, evidence: &Evidence<'_>) -> Vec<String> {
        let texts = |ranges: &[&str]| ranges.iter().map(|range| (*range).to_owned()).collect();
        match self {
            Self::Inside => inside(evidence),
            Self::Probes => texts(&PROBES),
            Self::InsideIpv6 => inside_ipv6(evidence),
            Self::ProbesIpv6 if inside_ipv6(evidence).is_empty() => Vec::new(),
            Self::ProbesIpv6 => texts(&PROBES_IPV6),
        }
    }
}

/// Whether the rule called `name` is one of the shoot's for IPv6.
pub(super) fn is_for_ipv6(cluster: &str, name: &str) -> bool {
    Opening::of(cluster, name).is_some_and(Opening::is_ipv6)
}

/// Judges the creation of a rule.
pub(super) fn insert(evidence: &Evidence<'_>, object: &ResourceRef, body: &FirewallRule) -> Judgement {
    let opening = own(evidence, object, Rule::FirewallInsert)?;
    let there = evidence.seen.cloud.firewalls.iter().any(|rule| rule.name == object.name);
    Rule::FirewallInsert.demands(!there, || "there is one already")?;
    form(evidence, opening, body)
}

/// Judges the correction of a rule, which replaces all managed fields.
pub(super) fn patch(evidence: &Evidence<'_>, object: &ResourceRef, body: &FirewallRule) -> Judgement {
    let opening = own(evidence, object, Rule::FirewallPatch)?;
    let there = evidence.seen.cloud.firewalls.iter().any(|rule| rule.name == object.name);
    Rule::FirewallPatch.demands(there, || "it was not seen")?;
    form(evidence, opening, body)
}

/// Judges the deletion of a rule.
pub(super) fn delete(evidence: &Evidence<'_>, object: &ResourceRef) -> Judgement {
    evidence.global(object)?;
    let rule = Rule::FirewallDelete;
    let present = evidence.seen.cloud.firewalls.iter().find(|present| present.name == object.name);
    let present = rule.finds(present, || "it was not seen")?;
    let cluster = &evidence.target.cluster;
    rule.demands(is_own_rule(cluster, present), || "it bears neither a name of the shoot's nor its tag")?;
    if evidence.leaves() {
        let serves_others = evidence.others.have_vms && present.target_tags.is_empty();
        return rule.demands(!serves_others, || "it applies to VMs of others too");
    }
    let spare =
        is_for_ipv6(cluster, &object.name) && !evidence.target.dual_stack && inside_ipv6(evidence).is_empty();
    rule.demands(spare, || "the shoot still needs it")?;
    match evidence.course {
        Course::Undoing | Course::Back(_) => back::at_the_end(evidence),
        Course::Announced | Course::Held | Course::Rests(_) => {
            rule.demands(false, || "nothing made for dual-stack is taken away")
        }
        Course::Leaving | Course::Committed | Course::Preparing { .. } | Course::Steady => Ok(()),
    }
}

fn own(evidence: &Evidence<'_>, object: &ResourceRef, rule: Rule) -> Result<Opening, Breach> {
    evidence.global(object)?;
    rule.finds(Opening::of(&evidence.target.cluster, &object.name), || "it is none of the shoot's rules")
}

fn form(evidence: &Evidence<'_>, opening: Opening, body: &FirewallRule) -> Judgement {
    let FirewallRule { network, source_ranges, allowed, priority } = body;
    evidence.in_our_vpc(network)?;
    let rule = Rule::FirewallSources;
    // Without a source it would let everybody in.
    rule.demands(!source_ranges.is_empty(), || "it would be open to everybody")?;
    let wanted = opening.sources(evidence);
    rule.demands(*source_ranges == wanted, || {
        format!("it would be open to {}, and not to {}", source_ranges.join(", "), wanted.join(", "))
    })?;
    let rule = Rule::FirewallForm;
    rule.demands(*priority == 1000, || format!("its priority is {priority}"))?;
    rule.demands(*allowed == opening.allowed(), || "protocols or ports are not those of a rule of this name")
}

/// The IPv4 ranges from which the shoot's VMs are reached: its pods, its subnets, and the range that an old configuration left open.
fn inside(evidence: &Evidence<'_>) -> Vec<String> {
    let of = |purpose| evidence.subnet(purpose).map(|subnet| subnet.range);
    let all = [evidence.target.pods, of(Purpose::Internal), of(Purpose::Nodes), evidence.target.old_worker];
    let mut ranges: Vec<String> = Vec::new();
    for range in all.into_iter().flatten().map(|range| range.to_string()) {
        if !ranges.contains(&range) {
            ranges.push(range);
        }
    }
    ranges
}

/// The IPv6 ranges that subnets have for nodes and services, where dual-stack is in effect or the state says that they were given before.
fn inside_ipv6(evidence: &Evidence<'_>) -> Vec<String> {
    let keys = [(Purpose::Nodes, "nodes-subnet-ipv6-cidr"), (Purpose::Services, "services-subnet-ipv6-cidr")];
    let ranges = keys.into_iter().filter_map(|(purpose, key)| {
        let range = evidence.subnet(purpose)?.ipv6_prefix.as_ref()?;
        let recorded = evidence.seen.state.data.get(key);
        let given = evidence.target.dual_stack || recorded.is_some_and(|recorded| is_same(recorded, range));
        given.then(|| range.clone())
    });
    ranges.collect()
}

/// Whether two texts are the same IPv6 range.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let parsed = |text: &str| text.parse::<ipnet::Ipv6Net>().map(|range| range.trunc()).ok();
    parsed(one).is_some() && parsed(one) == parsed(other)
}
