//! Cloud Routers with BGP, and what they have learned: `compute#router`, `compute#routerStatusResponse`.

use ipnet::{IpNet, Ipv4Net};
use planner::plan::RouterScope;
use planner::snapshot::BgpRouter;
use planner::vocabulary::{Region, ResourceName};
use serde::Deserialize;

use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Extent, Path, Query};
use crate::observe::error::{ObserveError, reading};
use crate::observe::parse::any;

/// The name of the collection in paths.
const COLLECTION: &str = "routers";
/// How a router announces what it chooses itself, instead of all ranges of subnets.
const CUSTOM: &str = "CUSTOM";
/// A group of ranges that such a router may choose.
const ALL_SUBNETS: &str = "ALL_SUBNETS";

/// A router, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    name: String,
    region: ResourceUrl,
    network: ResourceUrl,
    /// Absent on a router that only bears NATs.
    bgp: Option<Advertising>,
    bgp_peers: Vec<Advertising>,
}

/// What a router announces, or one of its peers is told.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Advertising {
    /// `DEFAULT` or `CUSTOM`; absent is the first, of a peer as the router says.
    advertise_mode: Option<String>,
    /// `ALL_SUBNETS`, …, in custom mode.
    advertised_groups: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    result: Best,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Best {
    best_routes: Vec<Learned>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Learned {
    dest_range: String,
}

/// The routers with BGP of `network` within `scope`, each with what it has learned: one call more for each.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn read(
    compute: &Compute,
    network: &ResourceName,
    region: &Region,
    scope: RouterScope,
) -> Result<Vec<BgpRouter>, ObserveError> {
    let query = Query::of(compute.of_network(network)?);
    let list: Vec<Wire> = match scope {
        RouterScope::Region => compute.list(&Path::region(region, COLLECTION), &query).await?,
        RouterScope::Everywhere => compute.aggregated(COLLECTION, &query, Extent::Everywhere).await?,
    };
    let network = compute.network_url(network);
    let mut found = Vec::new();
    for router in list.into_iter().filter(|router| router.network.same_as(&network) && router.bgp.is_some()) {
        let region = Region::from(router.region.name());
        let learned = learned(compute, &region, &router.name).await;
        found.push(BgpRouter {
            announces_subnets: router.announces_subnets(),
            learned: reading(learned, "cannot read what a Cloud Router has learned")?,
            name: router.name.into(),
            region,
        });
    }
    Ok(found)
}

/// The IPv4 ranges to which the router's best routes lead.
async fn learned(compute: &Compute, region: &Region, router: &str) -> Result<Vec<Ipv4Net>, ObserveError> {
    let path = Path::region(region, COLLECTION).name(router).word("getRouterStatus");
    let status: Option<Status> = compute.get(&path).await?;
    let mut ranges = Vec::new();
    for route in status.unwrap_or_default().result.best_routes {
        let object = || format!("status of router {router}");
        if let IpNet::V4(range) = any(object, "result.bestRoutes[].destRange", &route.dest_range)? {
            ranges.push(range);
        }
    }
    Ok(ranges)
}

impl Wire {
    /// Whether at least one peer is told of all ranges of subnets.
    fn announces_subnets(&self) -> bool {
        let default = self.bgp.as_ref().is_some_and(Advertising::is_of_subnets);
        let told = |peer: &Advertising| match peer.advertise_mode {
            Some(_) => peer.is_of_subnets(),
            None => default,
        };
        if self.bgp_peers.is_empty() { default } else { self.bgp_peers.iter().any(told) }
    }
}

impl Advertising {
    fn is_of_subnets(&self) -> bool {
        self.advertise_mode.as_deref() != Some(CUSTOM)
            || self.advertised_groups.iter().any(|group| group == ALL_SUBNETS)
    }
}
