//! Routes that peerings bring into the VPC: `compute#exchangedPeeringRoutesList`.

use ipnet::IpNet;
use planner::snapshot::{PeerRoute, PeerRouteKind};
use planner::vocabulary::{Region, ResourceName};
use serde::Deserialize;

use crate::gcp::{Compute, Path, Query};
use crate::observe::error::ObserveError;
use crate::observe::parse::any;

/// A route, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    dest_range: String,
    /// `SUBNET_PEERING_ROUTE`, `STATIC_PEERING_ROUTE`, `DYNAMIC_PEERING_ROUTE`.
    r#type: String,
    /// Whether the VPC takes it; absent: nobody says that it does not.
    imported: Option<bool>,
}

/// The IPv4 routes that `peerings` of `network` bring into `region`, one list for each.
///
/// # Errors
/// If a list cannot be had whole, or not be understood.
pub(super) async fn read(
    compute: &Compute,
    network: &ResourceName,
    region: &Region,
    peerings: &[String],
) -> Result<Vec<PeerRoute>, ObserveError> {
    let path = Path::global("networks").name(network).word("listPeeringRoutes");
    let mut routes = Vec::new();
    for peering in peerings {
        let more = vec![
            ("peeringName", peering.clone()),
            ("region", region.to_string()),
            ("direction", "INCOMING".to_owned()),
        ];
        let list: Vec<Wire> = compute.list(&path, &Query { more, ..Query::default() }).await?;
        for route in list.into_iter().filter(|route| route.imported != Some(false)) {
            routes.extend(route.understood(peering)?);
        }
    }
    Ok(routes)
}

impl Wire {
    /// The route; none if it is not for IPv4.
    fn understood(self, peering: &str) -> Result<Option<PeerRoute>, ObserveError> {
        let object = || format!("routes of peering {peering}");
        let IpNet::V4(destination) = any(object, "items[].destRange", &self.dest_range)? else {
            return Ok(None);
        };
        let kind = match self.r#type.as_str() {
            "SUBNET_PEERING_ROUTE" => PeerRouteKind::Subnet,
            "STATIC_PEERING_ROUTE" => PeerRouteKind::Static,
            _ => PeerRouteKind::Learned,
        };
        Ok(Some(PeerRoute { peering: peering.to_owned(), destination, kind }))
    }
}
