//! Values that Google makes up: ids, names of operations, fingerprints, IPv6
//! prefixes. All of it follows from the random seed.

use std::net::Ipv6Addr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use ipnet::Ipv6Net;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::time::Instant;

/// The only source of randomness of a world.
#[derive(Debug, Clone)]
pub struct Ids(ChaCha8Rng);

impl Ids {
    /// A source that starts from the random seed `seed`.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The generator itself, for draws of other kinds.
    pub(crate) fn rng(&mut self) -> &mut ChaCha8Rng {
        &mut self.0
    }

    /// A resource id: 19 digits.
    pub fn id(&mut self) -> u64 {
        self.0.random_range(1_000_000_000_000_000_000..=9_223_372_036_854_775_807)
    }

    /// The unique id of a service account: 21 digits.
    pub fn unique_id(&mut self) -> String {
        format!("10{}", self.id())
    }

    /// A name such as `operation-1714525323004-61759bd32d2fa-a0e7cb31-8e2f4b5f`.
    pub fn operation_name(&mut self, now: Instant) -> String {
        let (a, b, c) = (self.0.random::<u64>() >> 12, self.0.random::<u32>(), self.0.random::<u32>());
        format!("operation-{}-{a:013x}-{b:08x}-{c:08x}", now.as_micros() / 1_000)
    }

    /// The name of a route that Google makes: `default-route-` and 16 hexadecimal digits.
    pub fn default_route_name(&mut self) -> String {
        format!("default-route-{:016x}", self.0.random::<u64>())
    }

    /// An opaque access token.
    pub fn token(&mut self) -> String {
        format!("ya29.fake-{:016x}{:016x}", self.0.random::<u64>(), self.0.random::<u64>())
    }

    /// A /64 out of 2600:1900::/28, which Google gives to subnets with external IPv6.
    pub fn external_prefix(&mut self) -> Ipv6Net {
        let (a, b) = (self.0.random::<u16>(), self.0.random::<u16>());
        prefix_64(0x2600, 0x1900, a, b)
    }

    /// A /48 of unique local addresses out of fd20::/20, for a network.
    pub fn internal_range(&mut self) -> Ipv6Net {
        let (a, b) = (self.0.random::<u16>() & 0x0fff, self.0.random::<u16>());
        Ipv6Net::new_assert(Ipv6Addr::new(0xfd20, a, b, 0, 0, 0, 0, 0), 48)
    }

    /// A /64 of the /48 of a network, for a subnet.
    pub fn internal_prefix(&mut self, range: Ipv6Net) -> Ipv6Net {
        let [a, b, c, ..] = range.network().segments();
        prefix_64(a, b, c, self.0.random::<u16>())
    }
}

fn prefix_64(a: u16, b: u16, c: u16, d: u16) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), 64)
}

/// The fingerprint of a revision of a resource: stable while nothing changes, different after each change.
pub fn fingerprint(id: u64, revision: u64) -> String {
    URL_SAFE.encode(mix(id ^ mix(revision)).to_be_bytes())
}

/// Whether two texts are the same fingerprint: they are compared by value, so both alphabets of base64 will do, with padding
/// or without.
pub fn same_fingerprint(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    plain(one) == plain(other)
}

/// The name of the subnet route of a range: the same as long as the range exists.
pub fn subnet_route_name(subnet_id: u64, range: &str) -> String {
    let text = range.bytes().fold(0, |hash, byte| mix(hash ^ u64::from(byte)));
    format!("default-route-{:016x}", mix(subnet_id ^ text))
}

/// The id of something that has none in the store, by its name: subnet routes, projects.
pub fn stable_id(name: &str) -> u64 {
    name.bytes().fold(0, |hash, byte| mix(hash ^ u64::from(byte))) >> 1
}

/// The finaliser of SplitMix64: a bijection that spreads every bit.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_url_safe_and_compared_by_value() {
        let all: Vec<String> = (0..200).map(|revision| fingerprint(7, revision)).collect();
        assert!(all.iter().all(|text| text.len() == 12 && !text.contains(['+', '/'])));
        assert!(
            all.iter().any(|text| text.contains(['-', '_'])),
            "no draw has a letter by which they differ"
        );
        assert!(same_fingerprint("ig_w2rd0DUc=", "ig/w2rd0DUc="));
        assert!(same_fingerprint("L-mUFP-f0-I", "L+mUFP+f0+I="));
        assert!(!same_fingerprint("ig_w2rd0DUc=", "ig_w2rd0DUd="));
    }
}
