//! Network interfaces: fields, addresses, IPv6.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::Ipv4Net;

use crate::cidr::{Blocks, first_free};
use crate::model::store::Project;
use crate::model::subnetworks::{Ipv6Access, Subnetwork};

/// The IPv6 range of an interface: the lowest free `/96` in the half of the subnet's `/64` that is for VMs.
pub(super) fn pick(project: &Project, subnetwork: &Subnetwork) -> Option<(Ipv6Addr, Ipv6Access)> {
    let access = subnetwork.ipv6_access?;
    let prefix = match access {
        Ipv6Access::External => subnetwork.external_ipv6_prefix?,
        Ipv6Access::Internal => subnetwork.internal_ipv6_prefix?,
    };
    let none = Blocks::default();
    let taken = project.instances.taken_ipv6(prefix).unwrap_or(&none);
    // The numbers of the /96 are counted as addresses of IPv4 are.
    let half = Ipv4Net::new(Ipv4Addr::UNSPECIFIED, 1).ok()?;
    let number = u128::from(u32::from(first_free(&half, 32, &[taken])?.addr()));
    Some((Ipv6Addr::from(u128::from(prefix.network()) | (number << 32)), access))
}
