//! Reserved ranges: `compute#address` for private services access, and internal ranges of Network Connectivity.

use ipnet::IpNet;
use planner::snapshot::ReservedRange;
use planner::vocabulary::ResourceName;
use serde::Deserialize;

use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, NetworkConnectivity, Path, Query};
use crate::observe::error::ObserveError;
use crate::observe::parse::any;

/// The purpose of a range for private services access.
const VPC_PEERING: &str = "VPC_PEERING";

/// A global address, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Address {
    name: String,
    /// The first address.
    address: String,
    /// The length of the prefix of a range; absent: a single address.
    prefix_length: Option<u8>,
    purpose: Option<String>,
    network: Option<ResourceUrl>,
}

/// The ranges of `network` for private services access.
///
/// # Errors
/// If the list cannot be had whole, or not be understood.
pub(super) async fn private_services(
    compute: &Compute,
    network: &ResourceName,
) -> Result<Vec<ReservedRange>, ObserveError> {
    let list: Vec<Address> = compute.list(&Path::global("addresses"), &Query::default()).await?;
    let network = compute.network_url(network);
    let here = list.into_iter().filter(|address| {
        address.purpose.as_deref() == Some(VPC_PEERING)
            && address.network.as_ref().is_some_and(|of| of.same_as(&network))
    });
    let mut found = Vec::new();
    for address in here {
        let text = match address.prefix_length {
            Some(length) => format!("{}/{length}", address.address),
            None => address.address,
        };
        if let IpNet::V4(range) = any(|| format!("global address {}", address.name), "address", &text)? {
            found.push(ReservedRange { name: address.name, range });
        }
    }
    Ok(found)
}

/// An internal range, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InternalRange {
    name: String,
    /// The range; absent while none is allocated.
    ip_cidr_range: Option<String>,
    network: ResourceUrl,
}

/// The internal ranges of the VPC with the URL `network`.
///
/// # Errors
/// If the list cannot be had whole, or not be understood.
pub(super) async fn internal(
    connectivity: &NetworkConnectivity,
    network: &ResourceUrl,
) -> Result<Vec<ReservedRange>, ObserveError> {
    let list: Vec<InternalRange> = connectivity.list("internalRanges").await?;
    let mut found = Vec::new();
    for range in list.into_iter().filter(|range| range.network.same_as(network)) {
        let Some(text) = &range.ip_cidr_range else { continue };
        if let IpNet::V4(known) = any(|| format!("internal range {}", range.name), "ipCidrRange", text)? {
            found.push(ReservedRange { name: range.name, range: known });
        }
    }
    Ok(found)
}
