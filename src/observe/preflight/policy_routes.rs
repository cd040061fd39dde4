//! Policy-based routes of Network Connectivity.

use ipnet::IpNet;
use planner::snapshot::PolicyRoute;
use serde::Deserialize;

use crate::gcp::NetworkConnectivity;
use crate::gcp::types::ResourceUrl;
use crate::observe::error::ObserveError;
use crate::observe::parse::any;

/// What a route says that only exempts traffic from others of its kind.
const DEFAULT_ROUTING: &str = "DEFAULT_ROUTING";
/// The range of a route that names none.
const EVERYTHING: &str = "0.0.0.0/0";
/// The protocol of a route that does not matter here.
const IPV6: &str = "IPV6";

/// A policy-based route, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    name: String,
    network: ResourceUrl,
    filter: Filter,
    next_hop_other_routes: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Filter {
    dest_range: Option<String>,
    protocol_version: Option<String>,
}

/// The IPv4 routes by policy in the VPC with the URL `network` that lead elsewhere than the other routes do.
///
/// # Errors
/// If the list cannot be had whole, or not be understood.
pub(super) async fn read(
    connectivity: &NetworkConnectivity,
    network: &ResourceUrl,
) -> Result<Vec<PolicyRoute>, ObserveError> {
    let list: Vec<Wire> = connectivity.list("policyBasedRoutes").await?;
    let leads = |route: &Wire| {
        route.network.same_as(network)
            && route.next_hop_other_routes.as_deref() != Some(DEFAULT_ROUTING)
            && route.filter.protocol_version.as_deref() != Some(IPV6)
    };
    let mut found = Vec::new();
    for Wire { name, filter, .. } in list.into_iter().filter(leads) {
        let range = filter.dest_range.filter(|range| !range.is_empty());
        let text = range.as_deref().unwrap_or(EVERYTHING);
        if let IpNet::V4(destination) =
            any(|| format!("policy-based route {name}"), "filter.destRange", text)?
        {
            found.push(PolicyRoute { name, destination });
        }
    }
    Ok(found)
}
