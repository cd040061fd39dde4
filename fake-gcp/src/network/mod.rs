//! CIDR questions about a network: which ranges conflict, which address is free. They look
//! at the store, change nothing and know no requests.

pub mod addresses;
pub mod ranges;
