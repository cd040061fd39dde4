//! New ranges: those that a subnet does not have yet and shall get.

use ipnet::Ipv4Net;

use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;

/// A range that a subnet does not have yet and shall get.
pub(super) struct NewRange {
    /// The range, in words.
    pub(super) what: String,
    pub(super) range: Ipv4Net,
    /// Whether it is that of the pods.
    pub(super) pods: bool,
    /// What can be done if something is in its way.
    pub(super) way_out: &'static str,
}

/// The pod range, and the primary range of each subnet that is still to be made.
pub(super) fn new_ranges(context: Context<'_>, facts: &Facts<'_>) -> Vec<NewRange> {
    let pods = facts.pods.map(|range| NewRange {
        what: format!("the pod range {range}"),
        range,
        pods: true,
        way_out: "one of them must go",
    });
    let missing = context
        .target
        .subnets
        .iter()
        .filter(|wanted| context.seen.cloud.subnet(&context.target.region, &wanted.name).is_none());
    let missing = missing.map(|wanted| NewRange {
        what: format!("the range {} of subnet {}, which is still to be made,", wanted.range, wanted.name),
        range: wanted.range,
        pods: false,
        way_out: "the other one must go, as the range follows from the shoot",
    });
    pods.into_iter().chain(missing).collect()
}

/// Whether two ranges have an address in common.
pub(super) fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}
