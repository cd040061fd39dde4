//! Reserved addresses: `compute#address`.

use planner::snapshot::Address;
use planner::text::chain;
use planner::vocabulary::Region;
use serde::Deserialize;

use super::error::ObserveError;
use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error, Path, Query};

/// A reserved address, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Wire {
    name: String,
    pub(super) self_link: ResourceUrl,
    /// The description, in which the cloud-controller-manager names the Service.
    pub(super) description: String,
    /// The IP address, without a mask.
    address: String,
    /// The type, `EXTERNAL` or `INTERNAL`.
    address_type: String,
    /// The status, `RESERVING`, `RESERVED` or `IN_USE`.
    status: String,
    users: Vec<ResourceUrl>,
    /// The subnetwork that an internal address is taken from.
    pub(super) subnetwork: Option<ResourceUrl>,
}

/// The reserved addresses of `region`, internal ones too.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn in_region(compute: &Compute, region: &Region) -> Result<Vec<Wire>, Error> {
    compute.list(&Path::region(region, "addresses"), &Query::default()).await
}

/// The reserved addresses of `region` in which a NAT may be interested; `None` if they cannot be listed and are `dispensable`.
///
/// # Errors
/// [`ObserveError::Addresses`].
pub(super) async fn read(
    compute: &Compute,
    region: &Region,
    dispensable: bool,
) -> Result<Option<Vec<Address>>, ObserveError> {
    match in_region(compute, region).await {
        Ok(addresses) => Ok(Some(addresses.into_iter().map(Address::from).collect())),
        Err(error) if dispensable => {
            tracing::warn!(error = %chain(&error), "cannot look up the addresses of the NAT");
            Ok(None)
        }
        Err(error) => Err(ObserveError::Addresses(error)),
    }
}

impl From<Wire> for Address {
    fn from(address: Wire) -> Self {
        Self {
            path: address.self_link.path().to_owned(),
            external: address.address_type != "INTERNAL",
            users: match address.status.as_str() {
                "IN_USE" => address.users.iter().map(|user| user.name().to_owned()).collect(),
                _ => Vec::new(),
            },
            name: address.name.into(),
            address: address.address,
        }
    }
}
