//! The published limits of subnets whose ranges overlap routes ("hybrid subnets"), which the nodes subnet is while both exist.

use crate::desired::HybridLimits;
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::snapshot::{NextHop, PassthroughRules};

/// Google's published limits of hybrid subnets, per VPC. They are not enforced, but beyond them connectivity may suffer.
const HYBRID_VMS: usize = 130;
const HYBRID_ROUTES: usize = 300;
const HYBRID_SUBNETS: usize = 25;
const HYBRID_PASSTHROUGH_RULES: usize = 25;

/// The findings about the limits, where routes are to be migrated.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if facts.routes.is_empty() {
        return findings;
    }
    let cloud = &context.seen.cloud;
    let routers = cloud.preflight.bgp_routers.known().into_iter().flatten();
    let learned: usize = routers.filter_map(|router| router.learned.known()).map(Vec::len).sum();
    let fixed = cloud.routes.iter().filter(|route| !matches!(route.next_hop, NextHop::Subnet)).count();
    let custom = fixed.saturating_add(learned);
    let others = cloud.subnets.iter().filter(|subnet| *subnet != facts.subnet);
    let hybrid = others.filter(|subnet| subnet.overlap).count();
    let passthrough = match cloud.passthrough_rules {
        PassthroughRules::Counted(number) => number,
        PassthroughRules::Unread => 0,
        PassthroughRules::Denied => {
            findings.push(Finding::warn(
                "hybrid-limits-unknown",
                format!(
                    "the rules of internal passthrough load balancers in the VPC cannot be counted; beyond {HYBRID_PASSTHROUGH_RULES} \
                     connectivity may suffer while the migration goes on: grant compute.forwardingRules.list, or count them by hand"
                ),
            ));
            0
        }
    };
    let exceeded: Vec<String> = [
        ("VMs", cloud.vms.len(), HYBRID_VMS),
        ("custom routes", custom, HYBRID_ROUTES),
        ("subnets with the overlap flag besides this one", hybrid, HYBRID_SUBNETS - 1),
        ("rules of internal passthrough load balancers", passthrough, HYBRID_PASSTHROUGH_RULES),
    ]
    .into_iter()
    .filter(|(_, number, limit)| number > limit)
    .map(|(what, number, limit)| format!("{number} {what} (limit {limit})"))
    .collect();
    if exceeded.is_empty() {
        return findings;
    }
    let numbers = exceeded.join(", ");
    findings.push(match context.target.hybrid_limits {
        HybridLimits::Refuse => Finding::error(
            "hybrid-limits",
            format!(
                "the VPC is beyond the published limits of subnets whose ranges overlap routes: {numbers}; beyond them connectivity \
                 may suffer. To migrate all the same, annotate the shoot with {}={}; that no node is cut off is not promised then",
                crate::documents::names::MIGRATION_ANNOTATION,
                crate::vocabulary::Word::AllowBeyondHybridLimits
            ),
        ),
        HybridLimits::Allow => Finding::warn(
            "hybrid-limits",
            format!("the VPC is beyond the published limits of subnets whose ranges overlap routes: {numbers}; the shoot's annotation allows it, that no node is cut off is not promised"),
        ),
    });
    findings
}
