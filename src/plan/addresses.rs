//! The addresses that the configuration names for the NAT: each must exist, and be free or ours.

use super::draft::Draft;
use super::{Context, Finding};
use crate::snapshot::Address;

/// The rule of what is found here.
pub const NAT_ADDRESS: &str = "nat-address";

/// Notes what forbids to use them. Messages bear the path in the configuration, as the reference words them.
pub(super) fn check(context: Context<'_>, draft: &mut Draft) {
    for (index, name) in context.target.nat.addresses.iter().enumerate() {
        let path = format!("networks.cloudNAT.natIPNames[{index}].name");
        let problem = match find(context, name) {
            None => format!("{path}: Not found: \"{name}\""),
            Some(address) if is_taken(context, address) => {
                format!("{path}: Invalid value: \"{name}\": already in use by {}", address.users.join(","))
            }
            Some(_) => continue,
        };
        draft.findings.push(Finding::error(NAT_ADDRESS, problem));
    }
}

/// The external address called `name`.
pub(super) fn find<'a>(context: Context<'a>, name: &str) -> Option<&'a Address> {
    context.seen.cloud.addresses.iter().find(|address| address.external && address.name == name)
}

fn is_taken(context: Context<'_>, address: &Address) -> bool {
    match address.users.as_slice() {
        [] => false,
        [user] => *user != context.target.router.name,
        _ => true,
    }
}
