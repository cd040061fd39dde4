//! CIDR questions about a network: what overlaps what, which block is free. Looks at the store, changes
//! nothing, knows no requests.

pub mod addresses;
pub mod free;
pub mod ranges;
