//! Ranges that somebody has reserved in the VPC.

use ipnet::Ipv4Net;

/// A reserved range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReservedRange {
    /// The name, as the API writes it.
    pub name: String,
    /// The range.
    pub range: Ipv4Net,
}
