//! Reserved addresses of a region.

use crate::vocabulary::ResourceName;

/// A reserved address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// A name, unique in project and region.
    pub name: ResourceName,
    /// The path, `projects/P/regions/R/addresses/A`.
    pub path: String,
    /// The IP address, without a mask.
    pub address: String,
    /// Whether it is an external one; only those can serve a NAT.
    pub external: bool,
    /// Names of what uses it.
    pub users: Vec<String>,
}
