//! NATs of a router: fields. They are kept as they are printed, with what is checked beside it.

pub(crate) mod check;
mod ports;
mod print;
pub(crate) mod read;

use serde_json::{Map, Value};

use crate::resources::subnetworks::SubnetKey;

/// A NAT.
#[derive(Debug, Clone)]
pub struct Nat {
    /// Name, unique within the router.
    pub name: String,
    /// Paths of the addresses that it uses.
    pub addresses: Vec<String>,
    /// Whose packets it translates.
    pub source: Source,
    /// The subnets that it names.
    pub subnetworks: Vec<NamedSubnet>,
    /// The entry of `nats` as Google prints it.
    pub printed: Map<String, Value>,
}

/// `sourceSubnetworkIpRangesToNat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Everything in the region, or every primary range.
    AllSubnetworks,
    /// The subnets that are named.
    ListOfSubnetworks,
}

/// A subnet that a NAT names.
#[derive(Debug, Clone)]
pub struct NamedSubnet {
    /// Which.
    pub subnet: SubnetKey,
    /// Its secondary ranges that are named.
    pub range_names: Vec<String>,
}
