//! IPv6 ranges, which are spelt in several ways.

use ipnet::Ipv6Net;

/// Whether both texts are the same range, however spelt. A text that is no range is the same as no other.
pub fn is_same_range(one: &str, other: &str) -> bool {
    let range = |text: &str| text.parse::<Ipv6Net>().ok().map(|range| range.trunc());
    range(one).is_some_and(|one| range(other) == Some(one))
}
