//! Routes: `compute#route`.

use ipnet::IpNet;
use planner::snapshot::{NextHop, Route};
use planner::vocabulary::VmRef;
use serde::Deserialize;

use super::error::ObserveError;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Path, Query};

/// A route, as far as it is read: a static one, or the one that a subnetwork's range makes. Exactly one next hop is present.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    name: String,
    network: ResourceUrl,
    /// The destination range, IPv4 or IPv6.
    dest_range: String,
    description: Option<String>,
    tags: Vec<String>,
    /// The least wins; absent is Google's default.
    priority: Option<u32>,
    next_hop_instance: Option<ResourceUrl>,
    next_hop_gateway: Option<ResourceUrl>,
    /// The network itself, as in the routes that subnetworks make.
    next_hop_network: Option<ResourceUrl>,
    /// The hub of Network Connectivity Center that makes the route.
    next_hop_hub: Option<String>,
    /// The peering that brings the route.
    next_hop_peering: Option<String>,
}

/// The priority of a route that names none.
const PRIORITY: u32 = 1000;

/// The routes of `network` but those learned from peers: of nodes, of users, of subnetworks.
///
/// # Errors
/// If the list cannot be had whole, or not be understood.
pub(super) async fn read(compute: &Compute, network: &str) -> Result<Vec<Route>, ObserveError> {
    let (query, network) = (Query::of(compute.of_network(network)?), compute.network_url(network));
    let list: Vec<Wire> = compute.list(&Path::global("routes"), &query).await?;
    let here = list.into_iter().filter(|route| route.network.same_as(&network));
    here.map(|route| route.understood(compute.project())).collect()
}

impl Wire {
    /// The route, whose next hop is foreign if it lies in another project than `project`.
    fn understood(self, project: &str) -> Result<Route, ObserveError> {
        let destination: IpNet = self.dest_range.parse().map_err(|_| ObserveError::NotUnderstood {
            object: format!("route {}", self.name),
            field: "destRange",
            value: self.dest_range.clone(),
        })?;
        Ok(Route {
            destination,
            next_hop: self.next_hop(project),
            name: self.name.into(),
            description: self.description.unwrap_or_default(),
            tags: self.tags,
            priority: self.priority.unwrap_or(PRIORITY),
        })
    }

    fn next_hop(&self, project: &str) -> NextHop {
        if let Some(instance) = &self.next_hop_instance {
            return match (instance.project(), instance.zone()) {
                (Some(found), Some(zone)) if found == project => {
                    NextHop::Vm(VmRef { zone: zone.into(), name: instance.name().into() })
                }
                _ => NextHop::Other(instance.0.clone()),
            };
        }
        if let Some(gateway) = &self.next_hop_gateway {
            return match gateway.name() {
                "default-internet-gateway" => NextHop::Internet,
                _ => NextHop::Other(gateway.0.clone()),
            };
        }
        if self.next_hop_hub.is_some() {
            return NextHop::Hub;
        }
        if let Some(peering) = &self.next_hop_peering {
            return NextHop::Other(format!("peering {peering}"));
        }
        if self.next_hop_network.is_some() { NextHop::Subnet } else { NextHop::Other("no VM".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_route_is_known_by_where_it_leads() {
        let base = "https://www.googleapis.com/compute/v1/projects/p";
        let vm = |name: &str| VmRef { zone: "z".into(), name: name.into() };
        for (hop, leads) in [
            (json!({ "nextHopInstance": format!("{base}/zones/z/instances/v") }), NextHop::Vm(vm("v"))),
            (
                json!({ "nextHopGateway": format!("{base}/global/gateways/default-internet-gateway") }),
                NextHop::Internet,
            ),
            (json!({ "nextHopNetwork": format!("{base}/global/networks/n") }), NextHop::Subnet),
            (json!({ "nextHopHub": "projects/p/locations/global/hubs/h" }), NextHop::Hub),
            (json!({ "nextHopPeering": "corp", "priority": 0 }), NextHop::Other("peering corp".to_owned())),
            (json!({ "nextHopIlb": "10.0.0.1" }), NextHop::Other("no VM".to_owned())),
        ] {
            let mut route = json!({ "name": "r", "destRange": "10.0.0.0/24" });
            for (field, value) in hop.as_object().unwrap() {
                route[field] = value.clone();
            }
            let priority = route.get("priority").and_then(Value::as_u64).unwrap_or(1000);
            let route: Wire = serde_json::from_value(route).unwrap();
            let route = route.understood("p").unwrap();
            assert_eq!((route.next_hop, u64::from(route.priority)), (leads, priority));
        }
    }
}
