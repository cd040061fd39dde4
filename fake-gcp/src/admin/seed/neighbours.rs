//! The neighbours of subnets in an initial state: reserved ranges, policy-based routes, what comes over peerings.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Deserialize;
use serde_json::Value;

use super::apply::{require_name, require_network, require_region};
use super::{Seed, SeedError};
use crate::engine::World;
use crate::resources::networks::peerings::{PeeringRoute, PeeringRouteType};
use crate::resources::policy_based_routes::PolicyBasedRoute;
use crate::resources::reservations::{Reservation, ReservedRange};

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

/// A reserved range of the initial state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReservedRangeSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the network.
    pub network: String,
    /// Name, of the form that Compute asks for (RFC 1035).
    pub name: String,
    /// Addresses of the range, as a CIDR.
    pub cidr: Ipv4Net,
    /// Kind of the range: `private-services` unless given, or `internal-range`.
    #[serde(default)]
    pub reservation: Reservation,
}

/// A policy-based route of the initial state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyBasedRouteSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the network.
    pub network: String,
    /// Name, of the form that Compute asks for (RFC 1035).
    pub name: String,
    /// Senders that it is for, as a CIDR; all unless given.
    #[serde(default)]
    pub src_range: Ipv4Net,
    /// Destinations that it is for, as a CIDR; all unless given.
    #[serde(default)]
    pub dest_range: Ipv4Net,
    /// Priority; 1000 unless given.
    #[serde(default)]
    pub priority: Option<u32>,
    /// Address of the load balancer that packets are sent to; unless given they take the other routes.
    #[serde(default)]
    pub next_hop_ilb_ip: Option<Ipv4Addr>,
}

/// Adds reserved ranges, what comes over peerings, and policy-based routes.
pub(super) fn add(world: &mut World, seed: &Seed) -> Result<(), SeedError> {
    for (index, range) in seed.reserved_ranges.iter().enumerate() {
        add_range(world, range, &format!("reservedRanges[{index}]"))?;
    }
    for (index, route) in seed.policy_based_routes.iter().enumerate() {
        add_policy_based_route(world, route, &format!("policyBasedRoutes[{index}]"))?;
    }
    for (index, route) in seed.peering_routes.iter().enumerate() {
        add_route(world, route, &format!("peeringRoutes[{index}]"))?;
    }
    Ok(())
}

fn add_range(world: &mut World, seed: &ReservedRangeSeed, at: &str) -> Result<(), SeedError> {
    require_name(&seed.name, at)?;
    require_network(world, &seed.project, &seed.network, &format!("{at}.network"))?;
    let range = ReservedRange {
        network: seed.network.clone(),
        name: seed.name.clone(),
        cidr: seed.cidr.trunc(),
        reservation: seed.reservation,
        created: world.now(),
    };
    world.store.project_mut(&seed.project).reserved_ranges.push(range);
    Ok(())
}

fn add_policy_based_route(world: &mut World, seed: &PolicyBasedRouteSeed, at: &str) -> Result<(), SeedError> {
    require_name(&seed.name, at)?;
    require_network(world, &seed.project, &seed.network, &format!("{at}.network"))?;
    let route = PolicyBasedRoute {
        network: seed.network.clone(),
        name: seed.name.clone(),
        source: seed.src_range.trunc(),
        dest: seed.dest_range.trunc(),
        priority: seed.priority.unwrap_or(1000),
        next_hop_ilb_ip: seed.next_hop_ilb_ip.map(|address| address.to_string()),
    };
    world.store.project_mut(&seed.project).policy_based_routes.push(route);
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
