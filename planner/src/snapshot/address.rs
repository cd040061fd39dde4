//! Reserved addresses of a region.

use crate::vocabulary::ResourceName;

/// A reserved address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The name, unique in project and region.
    pub name: ResourceName,
    /// The path, `projects/P/regions/R/addresses/A`.
    pub path: String,
    /// The IP address, without a mask.
    pub address: String,
    /// Whether the address is external; only such addresses can serve a NAT.
    pub external: bool,
    /// The names of the resources that use the address.
    pub users: Vec<String>,
}
