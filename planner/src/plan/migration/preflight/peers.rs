//! Peers: whether their subnets and routes leave room for the ranges that the shoot's subnets shall get.

use super::new_range::{NewRange, new_ranges, overlap};
use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::snapshot::{PeerRoute, PeerRouteKind};

/// The findings about routes that come from peers.
pub(super) fn findings(context: Context<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let new = new_ranges(context, facts);
    let routes = context.seen.cloud.preflight.peer_routes.known().into_iter().flatten();
    routes.flat_map(|route| new.iter().filter_map(|new| finding(new, route)).collect::<Vec<_>>()).collect()
}

fn finding(new: &NewRange, PeerRoute { peering, destination, kind }: &PeerRoute) -> Option<Finding> {
    let inside = new.range.contains(destination);
    match kind {
        PeerRouteKind::Subnet if overlap(new.range, *destination) => Some(Finding::error(
            "peer-range-overlap",
            format!(
                "{} overlaps {destination}, a range of a subnet that peering {peering} brings: Google refuses it; end the peering, or have \
                 that subnet moved",
                new.what
            ),
        )),
        PeerRouteKind::Static if inside => Some(Finding::error(
            "peer-route-inside",
            format!(
                "a static route to {destination}, which peering {peering} brings, lies inside {}: Google refuses the range; have the route \
                 deleted, or do not import custom routes over the peering",
                new.what
            ),
        )),
        PeerRouteKind::Learned if inside && new.pods => Some(Finding::error(
            "learned-route-inside",
            format!(
                "a route to {destination}, which peering {peering} brings and a Cloud Router there has learned, lies inside {}: the range \
                 would shadow it, and what is behind it would be cut off; have it announced no longer, or do not import custom routes over \
                 the peering",
                new.what
            ),
        )),
        PeerRouteKind::Subnet | PeerRouteKind::Static | PeerRouteKind::Learned => None,
    }
}
