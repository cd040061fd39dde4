//! Reserved ranges: those for private services, and internal ranges of Network Connectivity.

use super::new_range::{new_ranges, overlap};
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::snapshot::{Reading, ReservedRange};

/// The findings about reserved ranges.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let preflight = &context.seen.cloud.preflight;
    let of = |what: &'static str, ranges: &'_ Reading<Vec<ReservedRange>>| {
        let ranges: Vec<ReservedRange> = ranges.known().cloned().unwrap_or_default();
        ranges.into_iter().map(move |range| (what, range))
    };
    let all = of("the range for private services access", &preflight.private_services)
        .chain(of("the internal range", &preflight.internal_ranges));
    let new = new_ranges(context, facts);
    all.flat_map(|(what, reserved)| {
        let met = new.iter().filter(|new| overlap(new.range, reserved.range));
        met.map(|new| {
            Finding::error(
                "reserved-range-overlap",
                format!(
                    "{} overlaps {what} {} ({}): Google refuses it; release that range if nobody uses it",
                    new.what, reserved.name, reserved.range
                ),
            )
        })
        .collect::<Vec<_>>()
    })
    .collect()
}
