//! The clients of one project, together.

use super::{Compute, Iam, NetworkConnectivity, ResourceManager};

/// The clients of one project. Tokens are fetched by the first call of each, not before.
#[derive(Clone)]
pub struct Clients {
    /// The client for networks and what is in them.
    pub compute: Compute,
    /// The client for service accounts.
    pub iam: Iam,
    /// The client for the permissions of the credentials.
    pub resource_manager: ResourceManager,
    /// The client for reserved ranges and policy-based routes.
    pub network_connectivity: NetworkConnectivity,
}
