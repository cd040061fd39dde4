//! Network interfaces: fields, addresses, IPv6.

use std::net::Ipv6Addr;

use crate::model::store::Project;
use crate::model::subnetworks::{Ipv6Access, Subnetwork};

/// The IPv6 range of an interface: the lowest free `/96` in the half of the subnet's `/64` that is for VMs.
pub(super) fn pick(project: &Project, subnetwork: &Subnetwork) -> Option<(Ipv6Addr, Ipv6Access)> {
    let access = subnetwork.ipv6_access?;
    let prefix = match access {
        Ipv6Access::External => subnetwork.external_ipv6_prefix?,
        Ipv6Access::Internal => subnetwork.internal_ipv6_prefix?,
    };
    let key = subnetwork.key();
    let nics = project.instances.values().flat_map(|instance| {
        instance.nics.iter().filter(|nic| nic.subnet(instance) == key).filter_map(|nic| nic.ipv6)
    });
    let taken: std::collections::BTreeSet<Ipv6Addr> = nics.map(|(address, _)| address).collect();
    let base = u128::from(prefix.network());
    let mut candidates = (0..1_u128 << 31).map(|index| Ipv6Addr::from(base | (index << 32)));
    candidates.find(|address| !taken.contains(address)).map(|address| (address, access))
}
