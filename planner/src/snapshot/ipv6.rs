//! The external IPv6 ranges that rules and reports follow: those that subnets have. What the state claims opens nothing.

use ipnet::Ipv6Net;

use super::Snapshot;
use crate::desired::Target;
use crate::journal::ipv6_key;
use crate::vocabulary::{Purpose, subnet_name};

impl Snapshot {
    /// The external IPv6 range that the subnet for `purpose` has, if the shoot's IPv6 is of concern: dual-stack is in effect, or the
    /// state says of this very range that it was given before. As Google spells it; none for the internal subnet.
    pub fn ipv6_range(&self, target: &Target, purpose: Purpose) -> Option<&String> {
        let key = ipv6_key(purpose)?;
        let subnet = self.cloud.subnet(&target.region, &subnet_name(&target.cluster, purpose))?;
        let range = subnet.ipv6_prefix.as_ref()?;
        let said = self.state.data.get(key).is_some_and(|said| is_same_range(said, range));
        (target.dual_stack || said).then_some(range)
    }
}

/// Whether both are the same range, however spelt; what is no range is the same as none.
pub fn is_same_range(one: &str, other: &str) -> bool {
    let range = |text: &str| text.parse::<Ipv6Net>().ok().map(|range| range.trunc());
    range(one).is_some_and(|one| range(other) == Some(one))
}
