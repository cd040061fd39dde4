//! CIDR questions about a network: what overlaps what, which block is free. They look
//! at the store, change nothing and know no requests.

pub mod addresses;
pub mod free;
pub mod ranges;
