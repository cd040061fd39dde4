//! Cloud Routers with BGP: what they have learned, and to whom they announce the pod range.

use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;

/// The findings about routers with BGP.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let Some(pods) = facts.pods else { return Vec::new() };
    let mut findings = Vec::new();
    for router in context.seen.cloud.preflight.bgp_routers.known().into_iter().flatten() {
        let learned = router.learned.known().into_iter().flatten();
        findings.extend(learned.filter(|range| pods.contains(*range)).map(|range| {
            Finding::error(
                "learned-route-inside",
                format!(
                    "Cloud Router {}/{} has learned a route to {range}, inside the pod range {pods}: the range would shadow it, and what \
                     is behind it would be cut off; have it announced no longer",
                    router.region, router.name
                ),
            )
        }));
        if router.announces_subnets {
            findings.push(Finding::warn(
                "vpc-bgp",
                format!(
                    "Cloud Router {}/{} announces all ranges of subnets: its peers will learn the pod range {pods}, which node routes did \
                     not tell them; have it announce only what they need if that is not wanted",
                    router.region, router.name
                ),
            ));
        }
    }
    findings
}
