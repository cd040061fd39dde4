//! Checks of the external addresses that are configured for the NAT: each must exist, and be unused or used by the shoot's own
//! NAT.

use super::context::Context;
use super::draft::Draft;
use super::{Finding, nat};
use crate::snapshot::Address;
use crate::text::{Excerpt, listed};

/// The rule name of findings about these addresses.
pub const NAT_ADDRESS: &str = "nat-address";

/// Adds an error for each address that cannot be used. The messages begin with the path of the field, as those of provider-gcp
/// do.
pub(super) fn check(context: Context<'_>, draft: &mut Draft) {
    if context.seen.cloud.addresses.is_none() && !context.target.nat.addresses.is_empty() {
        let text = "the addresses of the NAT cannot be looked up";
        draft.findings.push(Finding::warn(NAT_ADDRESS, text));
        return;
    }
    for (index, name) in context.target.nat.addresses.iter().enumerate() {
        let path = format!("networks.cloudNAT.natIPNames[{index}].name");
        let problem = match context.seen.cloud.external_address(name) {
            None => format!("{path}: Not found: \"{name}\""),
            Some(address) if is_taken(context, address) => {
                format!(
                    "{path}: Invalid value: \"{name}\": already in use by {}",
                    listed(&address.users, ",")
                )
            }
            Some(address) => match nat::other_user(context, &address.path) {
                // The address's `users` name the shoot's own router, but another NAT on that router has the address.
                Some(other) => format!(
                    "{path}: Invalid value: \"{name}\": already in use by NAT {} of router {}",
                    Excerpt(&other),
                    context.target.router.name
                ),
                None => continue,
            },
        };
        draft.findings.push(Finding::error(NAT_ADDRESS, problem));
    }
}

fn is_taken(context: Context<'_>, address: &Address) -> bool {
    match address.users.as_slice() {
        [] => false,
        [user] => *user != context.target.router.name,
        _ => true,
    }
}
