//! Policy-based routes, which are looked up before all others.

use ipnet::Ipv4Net;

/// A policy-based route of the VPC that leads elsewhere than the other routes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PolicyRoute {
    /// The name, as the API writes it.
    pub name: String,
    /// The range that it leads to.
    pub destination: Ipv4Net,
}
