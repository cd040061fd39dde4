//! Resources of others in the shoot's own VPC, as far as they were read. Google does not delete the VPC while there are any.
//!
//! A VPC that stays also keeps what serves others: its routes to the internet, the rules that apply to every VM, and the NAT of a
//! subnet with VMs of others. In a user's VPC nothing is counted: it stays in any case, and the shoot's resources in it serve
//! nobody else.

use std::collections::BTreeSet;

use super::context::Context;
use super::{nat, ownership};
use crate::desired::Ownership;
use crate::snapshot::NextHop;
use crate::vocabulary::{Purpose, ResourceName, subnet_name};

/// The resources of others in the shoot's own VPC.
#[derive(Default)]
pub(super) struct Others {
    /// The resources that keep the VPC from being deleted, as texts for people.
    pub(super) things: Vec<String>,
    /// Whether there are VMs of others, or subnets for some, to which rules for every VM apply.
    pub(super) have_vms: bool,
    /// The names of the shoot's subnets with VMs of others.
    pub(super) vms_in: BTreeSet<ResourceName>,
    /// Whether there are NATs of others on the shoot's router.
    pub(super) have_nats: bool,
}

impl Others {
    /// The resources of others in the snapshot.
    pub(super) fn of(context: Context<'_>) -> Self {
        let (target, cloud) = (context.target, &context.seen.cloud);
        let mut nats = cloud.router.iter().flat_map(|router| &router.nats);
        let have_nats = nats.any(|entry| !nat::is_called(entry, &target.nat.name));
        let Some(network) = cloud.network.as_ref().filter(|_| target.network.ownership == Ownership::Own)
        else {
            return Self { have_nats, ..Self::default() };
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
        // The shoot's own remaining VMs are being deleted by others.
        let vms: Vec<_> = cloud.vms.values().filter(|vm| !vm.has_tag(&target.cluster)).collect();
        let things = vms.iter().map(|vm| format!("VM {}", vm.id));
        let things = things
            .chain(subnets.iter().map(|subnet| format!("subnet {subnet}")))
            .chain(routes.map(|route| format!("route {}", route.name)))
            .chain(rules.map(|rule| format!("firewall rule {}", rule.name)))
            .chain(network.peerings.iter().map(|peering| format!("peering {peering}")));
        Self {
            things: things.collect(),
            have_vms: !vms.is_empty() || !subnets.is_empty(),
            vms_in: vms
                .iter()
                .map(|vm| vm.nic.subnet.clone())
                .filter(|name| own_subnets.contains(name))
                .collect(),
            have_nats,
        }
    }
}
