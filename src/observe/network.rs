//! VPC networks: `compute#network`.

use planner::snapshot::{Network, NetworkMode, Peering};
use serde::Deserialize;

use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error, Path};

/// A network, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    name: String,
    self_link: ResourceUrl,
    /// The mode; true: auto mode, false: custom mode, absent: a legacy network.
    auto_create_subnetworks: Option<bool>,
    /// The range of a legacy network; absent for all others.
    #[serde(rename = "IPv4Range")]
    ipv4_range: Option<String>,
    subnetworks: Vec<ResourceUrl>,
    peerings: Vec<PeeringWire>,
    routing_config: Option<RoutingConfig>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PeeringWire {
    name: String,
    /// The state, `ACTIVE` or `INACTIVE`.
    state: String,
}

impl From<PeeringWire> for Peering {
    fn from(PeeringWire { name, state }: PeeringWire) -> Self {
        Self { name, active: state == "ACTIVE" }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RoutingConfig {
    routing_mode: String,
}

/// The VPC called `name`; `None` if it does not exist.
///
/// # Errors
/// If the API cannot tell.
pub(super) async fn read(compute: &Compute, name: &str) -> Result<Option<Network>, Error> {
    let network: Option<Wire> = compute.get(&Path::global("networks").name(name)).await?;
    Ok(network.map(Network::from))
}

impl From<Wire> for Network {
    fn from(network: Wire) -> Self {
        let subnets = network.subnetworks.iter();
        Self {
            mode: match (network.auto_create_subnetworks, &network.ipv4_range) {
                (Some(false), None) => NetworkMode::Custom,
                (Some(true), None) => NetworkMode::Auto,
                (None, _) | (_, Some(_)) => NetworkMode::Legacy,
            },
            subnets: subnets
                .map(|subnet| format!("{}/{}", subnet.region().unwrap_or_default(), subnet.name()))
                .collect(),
            name: network.name.into(),
            url: network.self_link.0,
            routing_mode: network.routing_config.unwrap_or_default().routing_mode,
            peerings: network.peerings.into_iter().map(Peering::from).collect(),
        }
    }
}
