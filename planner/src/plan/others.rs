//! What others have in a VPC of the shoot's own, as far as it was read. While there is anything, Google does not let go of the VPC.
//!
//! A VPC that stays keeps what serves them: its routes to the internet, the rules that apply to every VM, the NAT of a subnet with VMs of
//! theirs in it. Nothing in a VPC of the user's is counted: that one stays in any case, and what is ours in it serves nobody else.

use std::collections::BTreeSet;

use super::context::Context;
use super::{nat, ownership};
use crate::desired::Ownership;
use crate::snapshot::NextHop;
use crate::vocabulary::{Purpose, ResourceName, subnet_name};

/// What others have.
#[derive(Default)]
pub(super) struct Others {
    /// All of it that keeps the VPC, for people.
    pub(super) things: Vec<String>,
    /// They have VMs, or subnets for some: rules that apply to every VM apply to them.
    pub(super) have_vms: bool,
    /// The names of the shoot's subnets that VMs of theirs are in.
    pub(super) vms_in: BTreeSet<ResourceName>,
    /// They have NATs on the shoot's router.
    pub(super) have_nats: bool,
}

impl Others {
    /// What was seen of them.
    pub(super) fn of(context: Context<'_>) -> Self {
        let (target, cloud) = (context.target, &context.seen.cloud);
        let Some(network) = cloud.network.as_ref().filter(|_| target.network.ownership == Ownership::Own)
        else {
            return Self::default();
        };
        let own_subnets = Purpose::ALL.map(|purpose| subnet_name(&target.cluster, purpose));
        let is_own = |subnet: &str| {
            subnet
                .strip_prefix(&format!("{}/", target.region))
                .is_some_and(|name| own_subnets.iter().any(|own| *own == name))
        };
        let subnets: Vec<&String> = network.subnets.iter().filter(|subnet| !is_own(subnet)).collect();
        let routes = cloud.routes.iter().filter(|route| {
            !matches!(route.next_hop, NextHop::Subnet | NextHop::Internet)
                && ownership::route(target, context.seen, route).is_none()
        });
        let rules = cloud.firewalls.iter().filter(|rule| !ownership::rule(&target.cluster, rule));
        // Those of the shoot that are still there are on their way out.
        let vms: Vec<_> = cloud.vms.values().filter(|vm| !vm.has_tag(&target.cluster)).collect();
        let things = vms.iter().map(|vm| format!("VM {}", vm.id));
        let things = things
            .chain(subnets.iter().map(|subnet| format!("subnet {subnet}")))
            .chain(routes.map(|route| format!("route {}", route.name)))
            .chain(rules.map(|rule| format!("firewall rule {}", rule.name)))
            .chain(network.peerings.iter().map(|peering| format!("peering {peering}")));
        let nats = cloud.router.iter().flat_map(|router| &router.nats);
        Self {
            things: things.collect(),
            have_vms: !vms.is_empty() || !subnets.is_empty(),
            vms_in: vms
                .iter()
                .map(|vm| vm.nic.subnet.clone())
                .filter(|name| own_subnets.contains(name))
                .collect(),
            have_nats: nats.into_iter().any(|entry| !nat::is_called(entry, &target.nat.name)),
        }
    }
}
