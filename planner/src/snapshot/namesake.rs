//! Objects that have the name of a subnet that is still to be made.

use ipnet::Ipv4Net;

use super::subnet::StackType;
use crate::vocabulary::ResourceName;

/// A subnet in the shoot's region that has the name of one of the shoot's, and was in no list of the VPC's subnets with IPv4.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Namesake {
    /// The name.
    pub name: ResourceName,
    /// The path of its VPC, `projects/P/global/networks/N`.
    pub network: String,
    /// The primary IPv4 range, if it has one.
    pub range: Option<Ipv4Net>,
    /// The IP stack.
    pub stack: StackType,
}
