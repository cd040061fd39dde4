//! The things of others in a VPC that was made for this shoot. While there are any the VPC stays, with all that serves them.

use super::pods::Pods;
use crate::desired::{Ownership, Target};
use crate::snapshot::{Firewall, NextHop, Snapshot, Vm};
use crate::vocabulary::{Purpose, subnet_name};

/// The ends of the names of a shoot's rules, after `CLUSTER-allow-`. A rule with the last name is not created any more.
pub(super) const RULES: [&str; 5] =
    ["internal-access", "health-checks", "internal-access-ipv6", "health-checks-ipv6", "external-access"];

/// The things of others. In a VPC of the user's nothing is counted, because it stays in any case.
#[derive(Default)]
pub(super) struct Others<'a> {
    /// The things of others in the VPC, for people.
    pub(super) things: Vec<String>,
    /// Leftovers of the cluster's load balancers that only others take away, for people.
    pub(super) blockers: Vec<String>,
    /// Whether others have VMs, or subnets for VMs: what applies to every VM applies to theirs.
    pub(super) have_vms: bool,
    /// The VMs of others.
    vms: Vec<&'a Vm>,
}

impl<'a> Others<'a> {
    pub(super) fn of(target: &Target, seen: &'a Snapshot, pods: &Pods<'_>) -> Self {
        let cloud = &seen.cloud;
        let Some(network) = cloud.network.as_ref().filter(|_| target.network.ownership == Ownership::Own)
        else {
            return Self::default();
        };
        let own = Purpose::ALL
            .map(|purpose| format!("{}/{}", target.region, subnet_name(&target.cluster, purpose)));
        let subnets: Vec<_> = network.subnets.iter().filter(|subnet| !own.contains(subnet)).collect();
        let vms: Vec<_> = cloud.vms.values().filter(|vm| !vm.has_tag(&target.cluster)).collect();
        let routes = cloud.routes.iter().filter(|route| match route.next_hop {
            // Google makes them for whoever has the VPC.
            NextHop::Subnet | NextHop::Internet => false,
            NextHop::Vm(_) | NextHop::Hub | NextHop::Other(_) => {
                !pods.routes.contains_key(route.name.as_str())
            }
        });
        let rules = cloud.firewalls.iter().filter(|rule| !is_own_rule(&target.cluster, rule));
        let blockers = cloud.leftovers.iter().filter(|leftover| leftover.blocks);
        let things = vms.iter().map(|vm| format!("VM {}", vm.id));
        let things = things
            .chain(subnets.iter().map(|subnet| format!("subnet {subnet}")))
            .chain(network.peerings.iter().map(|peering| format!("peering {peering}")))
            .chain(routes.map(|route| format!("route {}", route.name)))
            .chain(rules.map(|rule| format!("firewall rule {}", rule.name)))
            .collect();
        let blockers = blockers.map(ToString::to_string).collect();
        Self { things, blockers, have_vms: !vms.is_empty() || !subnets.is_empty(), vms }
    }

    /// Whether a VM of others is in the subnet called `name`.
    pub(super) fn are_in(&self, name: &str) -> bool {
        self.vms.iter().any(|vm| vm.nic.subnet == name)
    }
}

/// Whether a rule is the shoot's: by its exact name, or made by the cloud-controller-manager for VMs with the shoot's tag.
pub(super) fn is_own_rule(cluster: &str, rule: &Firewall) -> bool {
    let named = RULES.iter().any(|end| rule.name == format!("{cluster}-allow-{end}"));
    named || (rule.name.starts_with("k8s") && rule.has_tag(cluster))
}
