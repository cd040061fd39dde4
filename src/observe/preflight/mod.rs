//! What the preflight of a migration looks at beside all else, a file for each kind of thing. What cannot be read is a value.
//!
//! The calls do not depend on each other and are made at the same time.

mod bgp_routers;
mod namesakes;
mod peer_routes;
mod permissions;
mod policy_routes;
mod quotas;
mod reserved_ranges;

#[cfg(test)]
mod tests;

use futures::try_join;
use planner::plan::PreflightReads;
use planner::snapshot::Preflight;
use planner::vocabulary::{Region, ResourceName};

use super::error::{ObserveError, reading};
use crate::gcp::Clients;

/// Reads what `reads` says.
///
/// # Errors
/// A name that could not be sent.
pub(super) async fn read(
    network: &ResourceName,
    region: &Region,
    clients: &Clients,
    reads: &PreflightReads,
) -> Result<Preflight, ObserveError> {
    let (compute, connectivity) = (&clients.compute, &clients.network_connectivity);
    let url = compute.network_url(network);
    let namesakes = async {
        let found = namesakes::read(compute, region, &reads.missing_subnets).await;
        reading(found, "cannot look for subnets with the names of the shoot's")
    };
    let peer_routes = async {
        let found = peer_routes::read(compute, network, region, &reads.peerings).await;
        reading(found, "cannot list the routes of peers")
    };
    let private_services = async {
        let found = reserved_ranges::private_services(compute, network).await;
        reading(found, "cannot list the ranges for private services access")
    };
    let internal_ranges = async {
        let found = reserved_ranges::internal(connectivity, &url).await;
        reading(found, "cannot list internal ranges")
    };
    let policy_routes =
        async { reading(policy_routes::read(connectivity, &url).await, "cannot list policy-based routes") };
    let bgp_routers = async {
        let found = bgp_routers::read(compute, network, region, reads.routers).await;
        reading(found, "cannot list Cloud Routers")
    };
    let quotas = async { reading(quotas::read(compute).await, "cannot read the quotas of the project") };
    let permissions = permissions::read(clients, region, reads);
    let (
        namesakes,
        peer_routes,
        private_services,
        internal_ranges,
        policy_routes,
        bgp_routers,
        quotas,
        permissions,
    ) = try_join!(
        namesakes,
        peer_routes,
        private_services,
        internal_ranges,
        policy_routes,
        bgp_routers,
        quotas,
        permissions
    )?;
    Ok(Preflight {
        namesakes,
        peer_routes,
        private_services,
        internal_ranges,
        policy_routes,
        bgp_routers,
        quotas,
        permissions: Some(permissions),
    })
}
