//! Ranges: whether Google takes the pod range on the nodes subnet, and those of subnets that are still to be made.

use ipnet::Ipv4Net;

use super::new_range::{NewRange, new_ranges, overlap};
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::plan::migration::remedy::STAY;
use crate::snapshot::Subnet;
use crate::vocabulary::POD_RANGE_NAME;

/// The most secondary ranges of a subnet.
const SECONDARY_RANGES: usize = 170;
/// The longest prefix of a range of a subnet.
const LONGEST_PREFIX: u8 = 29;
/// The ranges that no range of a subnet may meet, by Google's documentation of subnets.
const FORBIDDEN: [&str; 7] = [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "199.36.153.4/30",
    "199.36.153.8/30",
    "224.0.0.0/4",
    "255.255.255.255/32",
];

/// The findings about ranges of subnets.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    if let Some(pods) = facts.pods {
        findings.extend(name_taken(facts, pods));
        findings.extend(unusable(pods));
        findings.extend(full(facts));
    }
    for new in new_ranges(context, facts) {
        findings.extend(context.seen.cloud.subnets.iter().flat_map(|subnet| meets(&new, facts, subnet)));
    }
    findings
}

fn name_taken(facts: &Facts<'_>, pods: Ipv4Net) -> Option<Finding> {
    facts.pod_range().filter(|range| range.range != pods).map(|present| {
        Finding::error(
            "pod-range-name-taken",
            format!(
                "subnet {} has a secondary range {POD_RANGE_NAME} with {}, the pods of the shoot have {pods}: remove that range",
                facts.subnet.name, present.range
            ),
        )
    })
}

/// Whether Google takes `pods` as a range of a subnet at all.
fn unusable(pods: Ipv4Net) -> Option<Finding> {
    let mut forbidden = FORBIDDEN.iter().filter_map(|range| range.parse().ok());
    let why = match forbidden.find(|range| overlap(*range, pods)) {
        Some(range) => format!("no subnet may have addresses out of {range}"),
        None if pods.prefix_len() > LONGEST_PREFIX => {
            format!("a range of a subnet has a prefix of {LONGEST_PREFIX} bits at most")
        }
        None => return None,
    };
    Some(Finding::error(
        "pod-range-unusable",
        format!(
            "the pod range {pods} can be no range of a subnet, {why}: {STAY}, or move to a new shoot with other pods"
        ),
    ))
}

/// Whether the nodes subnet has room for one more secondary range.
fn full(facts: &Facts<'_>) -> Option<Finding> {
    let number = facts.subnet.secondary.len();
    (facts.pod_range().is_none() && number >= SECONDARY_RANGES).then(|| {
        Finding::error(
            "secondary-ranges-full",
            format!(
                "subnet {} has {number} secondary ranges, and {SECONDARY_RANGES} are the most it can have: remove one that nobody uses",
                facts.subnet.name
            ),
        )
    })
}

/// The ranges of `subnet` that `new` overlaps.
fn meets(new: &NewRange, facts: &Facts<'_>, subnet: &Subnet) -> Vec<Finding> {
    let own = subnet.name == facts.subnet.name && subnet.region == facts.subnet.region;
    let primary = std::iter::once(("primary range".to_owned(), subnet.range));
    let secondary = subnet
        .secondary
        .iter()
        .filter(|range| !(new.pods && own && range.name == POD_RANGE_NAME))
        .map(|range| (format!("secondary range {}", range.name), range.range));
    let overlapping = primary.chain(secondary).filter(|(_, range)| overlap(*range, new.range));
    let rule = if new.pods { "pod-range-overlap" } else { "new-subnet-overlap" };
    let finding = |(what, range): (String, Ipv4Net)| {
        Finding::error(
            rule,
            format!(
                "{} overlaps {what} {range} of subnet {} in {}: {}",
                new.what, subnet.name, subnet.region, new.way_out
            ),
        )
    };
    overlapping.map(finding).collect()
}
