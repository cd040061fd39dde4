//! VPC networks.

use std::fmt;

use crate::vocabulary::ResourceName;

/// A VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// A name, unique in the project.
    pub name: ResourceName,
    /// The whole URL, as Google writes it.
    pub url: String,
    /// How subnets come to be in it.
    pub mode: NetworkMode,
    /// How far learned routes reach: `REGIONAL` or `GLOBAL`.
    pub routing_mode: String,
    /// Peerings, in whatever state.
    pub peerings: Vec<Peering>,
    /// The subnets of all regions, `REGION/NAME`.
    pub subnets: Vec<String>,
}

/// A peering with another VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Peering {
    /// A name, unique in the VPC.
    pub name: String,
    /// Whether both sides have agreed, so that routes are exchanged.
    pub active: bool,
}

/// The name.
impl fmt::Display for Peering {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// How subnets come to be in a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetworkMode {
    /// Subnets are made one by one.
    Custom,
    /// Google makes one in each region.
    Auto,
    /// The VPC is from before there were subnets.
    Legacy,
}
