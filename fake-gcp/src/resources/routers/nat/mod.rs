//! NATs of a router. They are kept as they are printed, with what is checked beside it.

pub(crate) mod check;
mod ports;
mod print;
pub(crate) mod read;

use serde_json::{Map, Value};

use crate::resources::subnetworks::SubnetKey;

/// A NAT of a router.
#[derive(Debug, Clone)]
pub struct Nat {
    /// Name, unique within the router.
    pub name: String,
    /// Paths of the addresses that it uses.
    pub addresses: Vec<String>,
    /// Subnets whose packets it translates.
    pub source: Source,
    /// The subnets that it names.
    pub subnetworks: Vec<NamedSubnet>,
    /// The entry of `nats` as Google prints it.
    pub printed: Map<String, Value>,
}

/// The value of `sourceSubnetworkIpRangesToNat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// All subnets in the region, with all their ranges or with the primary ones.
    AllSubnetworks,
    /// The subnets that are named.
    ListOfSubnetworks,
}

/// A subnet that a NAT names.
#[derive(Debug, Clone)]
pub struct NamedSubnet {
    /// Identity of the subnet.
    pub subnet: SubnetKey,
    /// Names of its secondary ranges that the NAT names.
    pub range_names: Vec<String>,
}
