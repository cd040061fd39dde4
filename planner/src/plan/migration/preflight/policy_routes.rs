//! Policy-based routes, which come before routes and aliases alike.

use super::new_range::overlap;
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;

/// The findings about policy-based routes.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let Some(pods) = facts.pods else { return Vec::new() };
    let routes = context.seen.cloud.preflight.policy_routes.known().into_iter().flatten();
    let met = routes.filter(|route| overlap(route.destination, pods));
    met.map(|route| {
        Finding::warn(
            "policy-route",
            format!(
                "policy-based route {} ({}) meets the pod range {pods} and is looked up before routes and aliases: where it leads elsewhere \
                 it does so before, while and after the range is there; see that it exempts pods if it should",
                route.name, route.destination
            ),
        )
    })
    .collect()
}
