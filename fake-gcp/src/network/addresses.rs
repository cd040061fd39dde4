//! Addresses of a subnet: those taken, by whom, and the next to give.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::api::error::ApiError;
use crate::model::instances::Instance;
use crate::model::store::Project;
use crate::model::subnetworks::{SubnetKey, Subnetwork};
use crate::network::free;

/// The NIC that must not be counted against itself.
#[derive(Debug, Clone, Copy)]
pub struct Except<'a> {
    /// Zone of the VM.
    pub zone: &'a str,
    /// Name of the VM.
    pub instance: &'a str,
}

/// The ranges taken in a subnet: those in use, and reserved addresses.
pub fn taken(project: &Project, subnetwork: &Subnetwork, except: Option<Except<'_>>) -> Vec<Ipv4Net> {
    let key = subnetwork.key();
    let reserved = project.addresses.values().filter(|address| address.subnet.as_ref() == Some(&key));
    let mut taken = in_use(project, subnetwork, except);
    taken.extend(reserved.map(|address| Ipv4Net::from(address.address)));
    taken
}

/// The ranges in use: addresses and aliases of the NICs of a subnet, addresses of forwarding rules, and what Google keeps of
/// the primary range (its first two and last two addresses).
fn in_use(project: &Project, subnetwork: &Subnetwork, except: Option<Except<'_>>) -> Vec<Ipv4Net> {
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
    let rules = project.forwarding_rules.values().filter(|rule| rule.subnet() == Some(&key));
    taken.extend(rules.map(|rule| Ipv4Net::from(rule.address)));
    taken
}

/// The address of a new user of a subnet: the one that was asked for, which may be
/// reserved but not in use, or the lowest free one.
pub(crate) fn pick(
    project: &Project,
    subnetwork: &Subnetwork,
    wanted: Option<Ipv4Addr>,
) -> Result<Ipv4Addr, ApiError> {
    let range = subnetwork.ip_cidr_range;
    match wanted {
        Some(address) if in_use(project, subnetwork, None).iter().any(|net| net.contains(&address)) => {
            Err(ApiError::ip_in_use(&address.to_string()))
        }
        Some(address) => Ok(address),
        None => {
            let free = free::first_free(&range, 32, &taken(project, subnetwork, None));
            free.map(|net| net.addr()).ok_or_else(|| {
                ApiError::ip_space_exhausted(&subnetwork.path(&subnetwork.project), &range.to_string())
            })
        }
    }
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

/// The first instance with an IPv6 address of a subnet.
pub fn ipv6_user_of<'a>(project: &'a Project, subnet: &SubnetKey) -> Option<&'a Instance> {
    project.instances.values().find(|instance| {
        instance.nics.iter().any(|nic| nic.ipv6.is_some() && nic.subnet(instance) == *subnet)
    })
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
