//! M1: everything that forbids a migration, found before anything is changed and reported all at once.
//!
//! Once a migration is begun the same findings are warnings, because it must be finished.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};

use super::facts::{Facts, has_alias};
use crate::desired::HybridLimits;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::ownership;
use crate::plan::{Finding, Severity};
use crate::snapshot::{NetworkMode, NextHop, PassthroughRules, Vm};
use crate::text::listed;
use crate::vocabulary::{POD_RANGE_NAME, VmRef};

/// Google's limit of alias ranges per interface.
const ALIASES_PER_NIC: usize = 150;
/// Google's published limits of hybrid subnets, per VPC. They are not enforced, but beyond them connectivity may suffer.
const HYBRID_VMS: usize = 130;
const HYBRID_ROUTES: usize = 300;
const HYBRID_SUBNETS: usize = 25;
const HYBRID_PASSTHROUGH_RULES: usize = 25;

/// Adds the findings to `draft`.
pub(super) fn check(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let mut findings = Vec::new();
    network(context, &mut findings);
    if let Some(pods) = facts.pods {
        ranges(context, facts, pods, &mut findings);
        routes(context, pods, &mut findings);
    }
    if facts.needed {
        vms(context, facts, &mut findings);
        claims(context, facts, &mut findings);
    }
    if !facts.routes.is_empty() {
        limits(context, facts, &mut findings);
    }
    // A migration under way must be finished, including one that provider-gcp has begun.
    if !facts.journal.is_empty() || facts.pod_range().is_some_and(|range| Some(range.range) == facts.pods) {
        for finding in &mut findings {
            finding.severity = Severity::Warn;
        }
    }
    draft.findings.extend(findings);
}

fn network(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = &context.seen.cloud.network else { return };
    let mode = match network.mode {
        NetworkMode::Custom => None,
        NetworkMode::Auto => Some("in auto mode: convert it to custom mode"),
        NetworkMode::Legacy => Some("a legacy network: the shoot needs another VPC"),
    };
    if let Some(mode) = mode {
        findings.push(Finding::error(
            "vpc-mode",
            format!("VPC {} cannot hold dual-stack subnets, it is {mode}", network.name),
        ));
    }
    if !network.peerings.is_empty() {
        findings.push(Finding::warn(
            "vpc-peering",
            format!(
                "VPC {} is peered ({}): the pod range will be announced to the peers, which node routes were not",
                network.name,
                listed(&network.peerings, ", ")
            ),
        ));
    }
}

fn ranges(context: Context<'_>, facts: &Facts<'_>, pods: Ipv4Net, findings: &mut Vec<Finding>) {
    if let Some(present) = facts.pod_range().filter(|range| range.range != pods) {
        findings.push(Finding::error(
            "pod-range-name-taken",
            format!(
                "subnet {} has a secondary range {POD_RANGE_NAME} with {}, the pods of the shoot have {pods}: remove that range",
                facts.subnet.name, present.range
            ),
        ));
    }
    for subnet in &context.seen.cloud.subnets {
        let own = subnet.name == facts.subnet.name && subnet.region == facts.subnet.region;
        let primary = std::iter::once(("primary range".to_owned(), subnet.range));
        let secondary = subnet
            .secondary
            .iter()
            .filter(|range| !(own && range.name == POD_RANGE_NAME))
            .map(|range| (format!("secondary range {}", range.name), range.range));
        for (what, range) in primary.chain(secondary).filter(|(_, range)| overlap(*range, pods)) {
            findings.push(Finding::error(
                "pod-range-overlap",
                format!(
                    "the pod range {pods} overlaps {what} {range} of subnet {} in {}: one of them must go",
                    subnet.name, subnet.region
                ),
            ));
        }
    }
}

fn routes(context: Context<'_>, pods: Ipv4Net, findings: &mut Vec<Finding>) {
    for route in &context.seen.cloud.routes {
        let IpNet::V4(destination) = route.destination else { continue };
        if matches!(route.next_hop, NextHop::Subnet | NextHop::Internet) {
            continue;
        }
        if ownership::route(context.target, context.seen, route).is_some() {
            if destination == pods {
                findings.push(Finding::error(
                    "route-as-broad-as-range",
                    format!(
                        "route {} leads to the whole pod range {pods}: whether it or the range wins while both exist is not known; \
                         the pod range must hold more than one node's",
                        route.name
                    ),
                ));
            }
            if !route.tags.is_empty() {
                findings.push(Finding::error(
                    "own-route-tagged",
                    format!(
                        "route {} is limited to the network tags {}: such a route is passed over while both route and range exist; \
                         replace the node that it leads to, as deleting the route would cut that node off",
                        route.name,
                        listed(&route.tags, ", ")
                    ),
                ));
            }
        } else if pods.contains(&destination) {
            let gone = match &route.next_hop {
                NextHop::Vm(vm) if context.seen.cloud.gone.contains(vm) => {
                    format!(", to VM {vm}, which is gone,")
                }
                _ => String::new(),
            };
            findings.push(Finding::error(
                "foreign-route-inside",
                format!(
                    "route {} ({destination}){gone} lies inside the pod range {pods} and is not this shoot's: the range would shadow it, and \
                     what is behind it would be cut off; find out whose it is: if it serves a node of another shoot, one of the two \
                     shoots needs other pod ranges; delete it only if nobody needs it",
                    route.name
                ),
            ));
        } else if destination.contains(&pods) {
            findings.push(Finding::warn(
                "broader-route",
                format!(
                    "route {} ({destination}) is broader than the pod range {pods}: pod addresses that are not assigned will no \
                     longer be reached over it",
                    route.name
                ),
            ));
        }
    }
}

fn vms(context: Context<'_>, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let known: Vec<(&Vm, Ipv4Net)> = facts
        .entries
        .iter()
        .filter_map(|entry| Some((context.seen.cloud.vm(&entry.vm)?, entry.range)))
        .collect();
    let named = |rule: &dyn Fn(&Vm, Ipv4Net) -> bool| -> Vec<String> {
        let chosen = known.iter().filter(|(vm, range)| rule(vm, *range));
        chosen.map(|(vm, _)| vm.id.to_string()).collect()
    };
    let elsewhere = named(&|vm, _| vm.nic.subnet != facts.subnet.name);
    if !elsewhere.is_empty() {
        findings.push(Finding::error(
            "vm-not-on-nodes-subnet",
            format!(
                "nic0 of these VMs is not on subnet {}, so they can have no alias out of it: {}; replace them",
                facts.subnet.name,
                listed(&elsewhere, ", ")
            ),
        ));
    }
    let full = named(&|vm, range| !has_alias(vm, range) && vm.nic.aliases.len() >= ALIASES_PER_NIC);
    if !full.is_empty() {
        findings.push(Finding::error(
            "nic-full",
            format!(
                "nic0 of these VMs has {ALIASES_PER_NIC} alias ranges already, the most it can have: {}; remove some",
                listed(&full, ", ")
            ),
        ));
    }
    let foreign = named(&|vm, range| {
        let ours = |alias: &crate::snapshot::Alias| {
            alias.range == range && alias.range_name.as_deref() == Some(POD_RANGE_NAME)
        };
        vm.nic.aliases.iter().any(|alias| !ours(alias))
    });
    if !foreign.is_empty() {
        findings.push(Finding::warn(
            "foreign-alias",
            format!(
                "nic0 of these VMs bears alias ranges that are not ours; they are kept, but the cloud-controller-manager reads only \
                 the first, so it may complain about these nodes until they are rolled: {}",
                listed(&foreign, ", ")
            ),
        ));
    }
}

/// Adds a finding for each pod range with several VMs. A VM that is gone does not count: its range may have been given to
/// another.
fn claims(context: Context<'_>, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let mut claims: BTreeMap<Ipv4Net, BTreeSet<&VmRef>> = BTreeMap::new();
    for entry in &facts.entries {
        claims.entry(entry.range).or_default().insert(&entry.vm);
    }
    for (range, vms) in claims.into_iter().filter(|(_, vms)| vms.len() > 1) {
        let (gone, there): (Vec<&VmRef>, Vec<&VmRef>) =
            vms.into_iter().partition(|vm| context.seen.cloud.gone.contains(vm));
        let names = |vms: &[&VmRef]| listed(vms, " and ");
        if there.len() > 1 {
            findings.push(Finding::error(
                "range-claimed-twice",
                format!(
                    "the pod range {range} is claimed by {}: delete the route of the one whose Node does not have it as its podCIDR",
                    names(&there)
                ),
            ));
        }
        if !gone.is_empty() {
            let whose = if there.is_empty() { "nobody's".to_owned() } else { format!("{}'s", names(&there)) };
            findings.push(Finding::warn(
                "route-of-gone-vm",
                format!(
                    "the pod range {range} is {whose} now: {}, to which a route for it still leads, is gone, and the route goes with the others",
                    names(&gone)
                ),
            ));
        }
    }
}

fn limits(context: Context<'_>, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let cloud = &context.seen.cloud;
    let custom = cloud.routes.iter().filter(|route| !matches!(route.next_hop, NextHop::Subnet)).count();
    let others = cloud.subnets.iter().filter(|subnet| *subnet != facts.subnet);
    let hybrid = others.filter(|subnet| subnet.overlap).count();
    let passthrough = match cloud.passthrough_rules {
        PassthroughRules::Counted(number) => number,
        PassthroughRules::Unread => 0,
        PassthroughRules::Denied => {
            findings.push(Finding::warn(
                "hybrid-limits-unknown",
                format!(
                    "the rules of internal passthrough load balancers in the VPC cannot be counted; beyond {HYBRID_PASSTHROUGH_RULES} \
                     connectivity may suffer while the migration goes on: grant compute.forwardingRules.list, or count them by hand"
                ),
            ));
            0
        }
    };
    let exceeded: Vec<String> = [
        ("VMs", cloud.vms.len(), HYBRID_VMS),
        ("custom routes", custom, HYBRID_ROUTES),
        ("subnets with the overlap flag besides this one", hybrid, HYBRID_SUBNETS - 1),
        ("rules of internal passthrough load balancers", passthrough, HYBRID_PASSTHROUGH_RULES),
    ]
    .into_iter()
    .filter(|(_, number, limit)| number > limit)
    .map(|(what, number, limit)| format!("{number} {what} (limit {limit})"))
    .collect();
    if exceeded.is_empty() {
        return;
    }
    let numbers = exceeded.join(", ");
    findings.push(match context.target.hybrid_limits {
        HybridLimits::Refuse => Finding::error(
            "hybrid-limits",
            format!(
                "the VPC is beyond the published limits of subnets whose ranges overlap routes: {numbers}; beyond them connectivity \
                 may suffer. To migrate all the same, annotate the shoot with {}={}; that no node is cut off is not promised then",
                crate::documents::names::MIGRATION_ANNOTATION,
                crate::documents::names::ALLOW_BEYOND_HYBRID_LIMITS
            ),
        ),
        HybridLimits::Allow => Finding::warn(
            "hybrid-limits",
            format!("the VPC is beyond the published limits of subnets whose ranges overlap routes: {numbers}; the shoot's annotation allows it, that no node is cut off is not promised"),
        ),
    });
}

fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}
