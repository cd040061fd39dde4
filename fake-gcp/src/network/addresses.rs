//! Addresses of a subnet: which are taken, and by whom.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::engine::store::Project;
use crate::resources::instances::Instance;
use crate::resources::subnetworks::{SubnetKey, Subnetwork};

/// The NIC that must not be counted against itself.
#[derive(Debug, Clone, Copy)]
pub struct Except<'a> {
    /// Zone of the VM.
    pub zone: &'a str,
    /// Name of the VM.
    pub instance: &'a str,
}

/// Everything taken in a subnet: addresses and aliases of its NICs, and what Google keeps of the primary
/// range (its first two and last two addresses).
pub fn taken(project: &Project, subnetwork: &Subnetwork, except: Option<Except<'_>>) -> Vec<Ipv4Net> {
    let key = subnetwork.key();
    let mut taken = reserved(&subnetwork.ip_cidr_range);
    for instance in project.instances.values() {
        if except.is_some_and(|except| except.zone == instance.zone && except.instance == instance.name) {
            continue;
        }
        for nic in instance.nics.iter().filter(|nic| nic.subnet(instance) == key) {
            taken.push(Ipv4Net::from(nic.network_ip));
            taken.extend(nic.aliases.iter().map(|alias| alias.cidr));
        }
    }
    taken
}

fn reserved(primary: &Ipv4Net) -> Vec<Ipv4Net> {
    let (first, last) = (u32::from(primary.network()), u32::from(primary.broadcast()));
    let ends = [first, first.saturating_add(1), last.saturating_sub(1), last];
    ends.iter().map(|address| Ipv4Net::from(Ipv4Addr::from(*address))).collect()
}

/// The first instance with a NIC in a subnet, if any.
pub fn user_of<'a>(project: &'a Project, subnet: &SubnetKey) -> Option<&'a Instance> {
    project
        .instances
        .values()
        .find(|instance| instance.nics.iter().any(|nic| nic.subnet(instance) == *subnet))
}

/// The first instance with an alias from a secondary range.
pub fn alias_user_of<'a>(project: &'a Project, subnet: &SubnetKey, range_name: &str) -> Option<&'a Instance> {
    project.instances.values().find(|instance| {
        instance.nics.iter().any(|nic| {
            nic.subnet(instance) == *subnet
                && nic.aliases.iter().any(|alias| alias.range_name.as_deref() == Some(range_name))
        })
    })
}
