//! The Cloud NAT: whether its addresses have ports enough once every VM has an alias.

use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;

/// The ports of an address that a NAT can give away.
const PORTS_PER_ADDRESS: u64 = 64_512;
/// The least number of ports that is reserved for a VM with an alias range of more than one address.
const PORTS_PER_VM: u64 = 1024;

/// The finding about the NAT, if the user names its addresses.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let nat = &context.target.nat;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let (addresses, vms) = (count(nat.distinct().len()), count(facts.entries.len()));
    let per_vm = u64::try_from(nat.min_ports_per_vm).unwrap_or_default().max(PORTS_PER_VM);
    let (needed, there) = (vms.saturating_mul(per_vm), addresses.saturating_mul(PORTS_PER_ADDRESS));
    if addresses == 0 || needed <= there {
        return Vec::new();
    }
    vec![Finding::warn(
        "nat-ports",
        format!(
            "the {addresses} address(es) of NAT {} have {there} ports, and {vms} VM(s) with an alias may reserve {per_vm} each, {needed} \
             together: name more addresses in natIPNames, or some VMs may lose their way to the internet",
            nat.name
        ),
    )]
}
