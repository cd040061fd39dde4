//! Cloud Routers that speak BGP.

use ipnet::Ipv4Net;

use super::reading::Reading;
use crate::vocabulary::{Region, ResourceName};

/// A Cloud Router of the VPC with BGP.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BgpRouter {
    /// A name, unique in project and region.
    pub name: ResourceName,
    /// The region.
    pub region: Region,
    /// Whether it announces all ranges of subnets to at least one peer.
    pub announces_subnets: bool,
    /// The ranges of the best routes that it has learned.
    pub learned: Reading<Vec<Ipv4Net>>,
}
