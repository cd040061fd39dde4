//! What the preflight would have judged, and could not read: said once for each source.

use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::snapshot::{Obstacle, Preflight};

/// The findings about what could not be read.
pub(super) fn findings(context: Context<'_>, _: &Facts<'_>) -> Vec<Finding> {
    let Preflight {
        namesakes,
        peer_routes,
        private_services,
        internal_ranges,
        policy_routes,
        bgp_routers,
        quotas,
        // What is not known of them is said where they are judged.
        permissions: _,
    } = &context.seen.cloud.preflight;
    let learned = bgp_routers.known().into_iter().flatten().find_map(|router| router.learned.obstacle());
    let connectivity = "switch networkconnectivity.googleapis.com on and grant networkconnectivity.internalRanges.list and \
                        networkconnectivity.policyBasedRoutes.list";
    let sources = [
        (
            "subnets of other VPCs with the names of the shoot's",
            "grant compute.subnetworks.get",
            namesakes.obstacle(),
        ),
        ("subnets and routes of peers", "grant compute.networks.listPeeringRoutes", peer_routes.obstacle()),
        (
            "ranges for private services access",
            "grant compute.globalAddresses.list",
            private_services.obstacle(),
        ),
        ("Cloud Routers with BGP", "grant compute.routers.list", bgp_routers.obstacle()),
        ("routes that Cloud Routers have learned", "grant compute.routers.get", learned),
        ("quotas of the project", "grant compute.projects.get", quotas.obstacle()),
    ];
    let found = sources.into_iter().filter_map(|(what, help, obstacle)| Some(finding(what, help, obstacle?)));
    // One API tells of both.
    let both = match (internal_ranges.obstacle(), policy_routes.obstacle()) {
        (Some(ranges), Some(routes)) if ranges == routes => {
            vec![("internal ranges and policy-based routes", ranges)]
        }
        (ranges, routes) => {
            let ranges = ranges.map(|obstacle| ("internal ranges", obstacle));
            ranges.into_iter().chain(routes.map(|obstacle| ("policy-based routes", obstacle))).collect()
        }
    };
    let both = both.into_iter().map(|(what, obstacle)| finding(what, connectivity, obstacle));
    found.chain(both).collect()
}

fn finding(what: &str, help: &str, obstacle: Obstacle) -> Finding {
    Finding::warn(
        "preflight-unknown",
        format!("whether any {what} are in the way is not known, as {obstacle}: {help}, or look by hand"),
    )
}
