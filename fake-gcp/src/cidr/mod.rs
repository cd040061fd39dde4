//! Ranges of IPv4 addresses: which overlap, which are taken, which is free. What is kept here is found without going through
//! all of it.

mod blocks;
mod free;
mod nets;

use ipnet::Ipv4Net;

pub use blocks::Blocks;
pub use free::first_free;
pub use nets::Nets;

/// Whether two ranges have an address in common.
pub fn overlap(a: &Ipv4Net, b: &Ipv4Net) -> bool {
    a.contains(b) || b.contains(a)
}
