//! The external IPv6 ranges in the state, stored there for provider-gcp. No decision depends on them.
//!
//! They may have been edited by hand, so they are compared with the ranges of the subnets, which take precedence.

use super::Finding;
use super::context::Context;
use super::draft::Draft;
use crate::journal::ipv6_key;
use crate::snapshot::is_same_range;
use crate::text::Quoted;
use crate::vocabulary::{Purpose, subnet_name};

/// Sets the ranges in the state to those that were read, with a warning if they differed.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    for purpose in Purpose::ALL {
        let Some(key) = ipv6_key(purpose) else { continue };
        let (read, said) = (context.seen.ipv6_range(context.target, purpose), draft.state.data.get(key));
        let wrong = said.filter(|said| read.is_none_or(|read| !is_same_range(said, read)));
        if read.is_none() && context.target.dual_stack {
            // The subnet's IPv6 range is not allocated yet; until then the state is left alone.
            continue;
        }
        if let Some(said) = wrong {
            let (said, name) = (Quoted(said), subnet_name(&context.target.cluster, purpose));
            let has = read.map_or("no IPv6 range of the shoot's", String::as_str);
            draft.findings.push(Finding::warn(
                "ipv6-range",
                format!(
                    "status.state.data.{key} says {said}, but subnet {name} has {has}: that is what counts"
                ),
            ));
        }
        match read {
            Some(read) => draft.state.data.insert(key.to_owned(), read.clone()),
            None => draft.state.data.remove(key),
        };
    }
}
