//! Subnets that have the name of one that is still to be made: `compute#subnetwork`.

use planner::snapshot::Namesake;
use planner::vocabulary::{Region, ResourceName};

use crate::gcp::Compute;
use crate::observe::error::ObserveError;
use crate::observe::subnets;

/// The subnets in `region` that are called as one of `names`, in whatever VPC.
///
/// # Errors
/// If the API cannot tell, or one cannot be understood.
pub(super) async fn read(
    compute: &Compute,
    region: &Region,
    names: &[ResourceName],
) -> Result<Vec<Namesake>, ObserveError> {
    let mut found = Vec::new();
    for name in names {
        found.extend(subnets::namesake(compute, region, name).await?);
    }
    Ok(found)
}
