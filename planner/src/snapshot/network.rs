//! VPC networks.

use std::fmt;

use crate::vocabulary::ResourceName;

/// A VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// The name, unique in the project.
    pub name: ResourceName,
    /// The whole URL, as Google writes it.
    pub url: String,
    /// The way in which subnets are made.
    pub mode: NetworkMode,
    /// The reach of learned routes, `REGIONAL` or `GLOBAL`.
    pub routing_mode: String,
    /// The peerings with other VPCs, in whatever state.
    pub peerings: Vec<Peering>,
    /// The subnets of all regions, `REGION/NAME`.
    pub subnets: Vec<String>,
}

/// A peering with another VPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Peering {
    /// The name, unique in the VPC.
    pub name: String,
    /// Whether both sides have agreed, so that routes are exchanged.
    pub active: bool,
}

/// The form is the name alone.
impl fmt::Display for Peering {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// The way in which subnets of a VPC are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetworkMode {
    /// Subnets are created one by one.
    Custom,
    /// Google creates a subnet in each region.
    Auto,
    /// The VPC is from before there were subnets.
    Legacy,
}
