//! Parsing of ranges as Google writes them.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::error::ObserveError;

/// The IPv4 range that `text` says, which stands in `field` of `object`; a single address may come back without a mask.
pub(super) fn ipv4(
    object: impl Fn() -> String,
    field: &'static str,
    text: &str,
) -> Result<Ipv4Net, ObserveError> {
    let parsed = text.parse::<Ipv4Net>().or_else(|_| text.parse::<Ipv4Addr>().map(Ipv4Net::from));
    parsed.map_err(|_| ObserveError::NotUnderstood { object: object(), field, value: text.to_owned() })
}

/// The range that `text` says, of either family, which stands in `field` of `object`; a single address may come without a mask.
pub(super) fn any(
    object: impl Fn() -> String,
    field: &'static str,
    text: &str,
) -> Result<IpNet, ObserveError> {
    let parsed = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    parsed.map_err(|_| ObserveError::NotUnderstood { object: object(), field, value: text.to_owned() })
}
