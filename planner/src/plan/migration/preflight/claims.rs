//! Claims: which VM a pod range belongs to, by Nodes, routes, journal and aliases.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::text::listed;
use crate::vocabulary::{VmRef, ranges};

/// The findings about pod ranges of several VMs. A VM that is gone claims nothing: its range may have been given to another.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    if !facts.needed {
        return Vec::new();
    }
    let mut claims: BTreeMap<Ipv4Net, BTreeSet<&VmRef>> = BTreeMap::new();
    // A Node tells whose a range is, but as long as a route leads elsewhere the node is not reached at all times.
    for entry in &facts.entries {
        claims.entry(entry.range.trunc()).or_default().insert(&entry.vm);
    }
    for (range, vms) in facts.nodes.claims() {
        claims.entry(range.trunc()).or_default().extend(vms);
    }
    // A Node may say more than is its own: a range around those of others.
    let mut several = claims.clone();
    for (range, vms) in &mut several {
        if facts.nodes.claims().contains_key(range) {
            vms.extend(ranges::inside(&claims, *range).flat_map(|(_, inside)| inside));
        }
    }
    several.retain(|_, vms| vms.len() > 1);
    let mut findings: Vec<Finding> =
        several.iter().flat_map(|(range, vms)| claimed_twice(context, *range, vms)).collect();
    findings.extend(borne_elsewhere(context, &claims));
    findings
}

fn claimed_twice(context: Context<'_>, range: Ipv4Net, vms: &BTreeSet<&VmRef>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (gone, there): (Vec<&VmRef>, Vec<&VmRef>) =
        vms.iter().partition(|vm| context.seen.cloud.gone.contains(**vm));
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
    findings
}

/// Findings about VMs, whoever's, that bear an alias which meets a range that others claim. As an alias beats a route, the others
/// would lose it the moment that the range is there.
fn borne_elsewhere(context: Context<'_>, claims: &BTreeMap<Ipv4Net, BTreeSet<&VmRef>>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for vm in context.seen.cloud.vms.values() {
        for alias in &vm.nic.aliases {
            for (range, claimants) in ranges::meeting(claims, alias.range) {
                let others = claimants
                    .iter()
                    .filter(|other| ***other != vm.id && !context.seen.cloud.gone.contains(**other));
                findings.extend(others.map(|other| {
                    Finding::error(
                        "range-borne-elsewhere",
                        format!(
                            "VM {} bears the alias {}, but the pod range {range} leads to VM {other}: take the alias off the one, or \
                             replace the other, whichever Node does not have the range as its podCIDR",
                            vm.id, alias.range
                        ),
                    )
                }));
            }
        }
    }
    findings
}
