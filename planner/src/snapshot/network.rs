//! VPC networks.

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
    /// Peerings, by name, in whatever state.
    pub peerings: Vec<String>,
    /// The subnets of all regions, `REGION/NAME`.
    pub subnets: Vec<String>,
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
