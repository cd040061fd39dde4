//! Target pools, the VMs behind external load balancers: `compute#targetPool`.

use planner::vocabulary::Region;
use serde::Deserialize;

use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error, Path, Query};

/// A target pool, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Wire {
    pub(super) self_link: ResourceUrl,
    /// The description, in which the cloud-controller-manager names the Service.
    pub(super) description: String,
    /// The VMs of the pool.
    pub(super) instances: Vec<ResourceUrl>,
}

/// The target pools of `region`.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn in_region(compute: &Compute, region: &Region) -> Result<Vec<Wire>, Error> {
    compute.list(&Path::region(region, "targetPools"), &Query::default()).await
}
