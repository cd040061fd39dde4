//! Alias ranges: fields, and the order in which they are printed.

use ipnet::Ipv4Net;
use serde_json::Value;

use crate::api::json::Object;
use crate::settings::AliasOrder;

/// An alias range of an interface.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alias {
    /// Name of the secondary range that it is taken from; none for the primary range.
    pub range_name: Option<String>,
    /// Addresses of the alias, as a CIDR.
    pub cidr: Ipv4Net,
}

/// The list as it is read back.
pub(super) fn to_json(aliases: &[Alias], order: AliasOrder) -> Vec<Value> {
    let mut sorted: Vec<&Alias> = aliases.iter().collect();
    match order {
        AliasOrder::Keep => {}
        AliasOrder::Cidr => sorted.sort_by_key(|alias| alias.cidr),
        AliasOrder::RangeName => sorted.sort(),
    }
    let one = |alias: &Alias| {
        Object::default()
            .with("ipCidrRange", alias.cidr.to_string())
            .with_some("subnetworkRangeName", alias.range_name.clone())
            .build()
    };
    sorted.into_iter().map(one).collect()
}
