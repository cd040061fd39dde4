//! The neighbours of networks in an initial state: what comes over peerings.

use ipnet::Ipv4Net;
use serde::Deserialize;
use serde_json::Value;

use super::apply::{require_network, require_region};
use super::{Seed, SeedError};
use crate::engine::World;
use crate::resources::networks::peerings::{PeeringRoute, PeeringRouteType};

/// A route that comes over a peering from a network that is not in this world.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeeringRouteSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the network that has the peering.
    pub network: String,
    /// Name of the peering.
    pub peering: String,
    /// Destination, as a CIDR.
    pub dest_range: Ipv4Net,
    /// Type of the route; that of a subnet unless given.
    #[serde(default, rename = "type")]
    pub of: Option<PeeringRouteType>,
    /// Whether the network takes it; yes unless given.
    #[serde(default = "super::yes")]
    pub imported: bool,
    /// Priority; 0 unless given.
    #[serde(default)]
    pub priority: u32,
    /// Region of the next hop, of a learned route.
    #[serde(default)]
    pub next_hop_region: Option<String>,
}

/// Adds what comes over peerings.
pub(super) fn add(world: &mut World, seed: &Seed) -> Result<(), SeedError> {
    for (index, route) in seed.peering_routes.iter().enumerate() {
        add_route(world, route, &format!("peeringRoutes[{index}]"))?;
    }
    Ok(())
}

fn add_route(world: &mut World, seed: &PeeringRouteSeed, at: &str) -> Result<(), SeedError> {
    require_network(world, &seed.project, &seed.network, &format!("{at}.network"))?;
    if let Some(region) = &seed.next_hop_region {
        require_region(region, at)?;
    }
    let networks = &mut world.store.project_mut(&seed.project).networks;
    let Some(network) = networks.get_mut(&seed.network) else { return Ok(()) };
    let named = |peering: &Value| peering.get("name").and_then(Value::as_str) == Some(&seed.peering);
    if !network.peerings.iter().any(named) {
        let why = "is no peering of the network";
        return Err(SeedError::Malformed { at: format!("{at}.peering"), value: seed.peering.clone(), why });
    }
    network.peering_routes.push(PeeringRoute {
        peering: seed.peering.clone(),
        dest: seed.dest_range.trunc(),
        of: seed.of.unwrap_or(PeeringRouteType::Subnet),
        imported: seed.imported,
        priority: seed.priority,
        next_hop_region: seed.next_hop_region.clone(),
    });
    Ok(())
}
