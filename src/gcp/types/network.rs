//! `compute#network`.

use serde::Deserialize;

use super::{ResourceId, ResourceUrl};

/// A VPC network.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Network {
    /// Its name, unique in the project.
    pub name: String,
    /// Its number.
    pub id: ResourceId,
    /// Its URL.
    pub self_link: ResourceUrl,
    /// True: auto mode. False: custom mode. Absent: a legacy network.
    pub auto_create_subnetworks: Option<bool>,
    /// Only legacy networks have a range of their own.
    #[serde(rename = "IPv4Range")]
    pub ipv4_range: Option<String>,
    /// All its subnetworks.
    pub subnetworks: Vec<ResourceUrl>,
    /// Its peerings, in whatever state.
    pub peerings: Vec<Peering>,
    /// How far learned routes reach.
    pub routing_config: Option<RoutingConfig>,
    /// Bytes; absent: the default.
    pub mtu: Option<u32>,
}

/// A peering with another network.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Peering {
    /// Its name.
    pub name: String,
    /// The peer.
    pub network: ResourceUrl,
    /// `ACTIVE` or `INACTIVE`.
    pub state: String,
}

/// How far learned routes reach.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoutingConfig {
    /// `REGIONAL` or `GLOBAL`.
    pub routing_mode: String,
}
