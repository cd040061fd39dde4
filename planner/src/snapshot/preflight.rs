//! What is read only before a migration begins, and before its point of no return: what others have reserved, announced and allowed.

use super::bgp_router::BgpRouter;
use super::namesake::Namesake;
use super::peer_route::PeerRoute;
use super::permissions::Permissions;
use super::policy_route::PolicyRoute;
use super::quota::Quota;
use super::reading::Reading;
use super::reserved_range::ReservedRange;

/// What may be in the way of a migration, beside what is read anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Preflight {
    /// The subnets that have the name of one that is still to be made.
    pub namesakes: Reading<Vec<Namesake>>,
    /// The routes of all peers.
    pub peer_routes: Reading<Vec<PeerRoute>>,
    /// The ranges for private services access.
    pub private_services: Reading<Vec<ReservedRange>>,
    /// The internal ranges of Network Connectivity.
    pub internal_ranges: Reading<Vec<ReservedRange>>,
    /// The policy-based routes.
    pub policy_routes: Reading<Vec<PolicyRoute>>,
    /// The Cloud Routers with BGP whose routes reach the shoot's region.
    pub bgp_routers: Reading<Vec<BgpRouter>>,
    /// The quotas of the project.
    pub quotas: Reading<Vec<Quota>>,
    /// The permissions; none: nobody asked for them.
    pub permissions: Option<Permissions>,
}
