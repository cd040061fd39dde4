//! What stands behind the front of a load balancer: backend services, groups of instances, health checks.

use planner::snapshot::LeftoverKind;
use planner::vocabulary::Region;
use serde::Deserialize;

use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error, Extent, Path, Query};

/// A part of a load balancer, of whatever kind.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Wire {
    pub(super) self_link: ResourceUrl,
    pub(super) description: String,
}

/// The resources of `kind`: of `region`, of its zones, or global.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn list(compute: &Compute, region: &Region, kind: LeftoverKind) -> Result<Vec<Wire>, Error> {
    let query = Query::default();
    match kind {
        LeftoverKind::InstanceGroup => {
            compute.aggregated("instanceGroups", &query, Extent::Region(region)).await
        }
        LeftoverKind::BackendService => compute.list(&Path::region(region, "backendServices"), &query).await,
        LeftoverKind::HealthCheck => compute.list(&Path::global("healthChecks"), &query).await,
        LeftoverKind::HttpHealthCheck => compute.list(&Path::global("httpHealthChecks"), &query).await,
        LeftoverKind::ForwardingRule => compute.list(&Path::region(region, "forwardingRules"), &query).await,
        LeftoverKind::Address => compute.list(&Path::region(region, "addresses"), &query).await,
        LeftoverKind::TargetPool => compute.list(&Path::region(region, "targetPools"), &query).await,
    }
}
