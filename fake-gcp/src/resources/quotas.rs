//! Quotas: the limit of a project for each kind, and its usage. Inserts in flight count.

use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::model::placed::Key;
use crate::model::store::Project;
use crate::resources::target_pools::pool::TargetPool;
use crate::settings::{Limits, Verdict};
use crate::state::State;

/// Number that is printed for a quota without a limit.
const UNLIMITED: f64 = 1e9;

/// A quota of a whole project.
struct Quota {
    metric: &'static str,
    /// Name of the collection in the paths of what it counts.
    collection: &'static str,
    limit: fn(&Limits) -> Option<u64>,
    present: fn(&Project) -> usize,
}

const PROJECT: [Quota; 6] = [
    Quota {
        metric: "NETWORKS",
        collection: "networks",
        limit: |limits| limits.networks,
        present: |project| project.networks.len(),
    },
    Quota {
        metric: "FIREWALLS",
        collection: "firewalls",
        limit: |limits| limits.firewalls,
        present: |project| project.firewalls.len(),
    },
    Quota {
        metric: "FORWARDING_RULES",
        collection: "forwardingRules",
        limit: |limits| limits.forwarding_rules,
        present: |project| project.forwarding_rules.len(),
    },
    Quota {
        metric: "TARGET_POOLS",
        collection: "targetPools",
        limit: |limits| limits.target_pools,
        present: |project| project.others.count::<TargetPool>(),
    },
    Quota {
        metric: "ROUTERS",
        collection: "routers",
        limit: |limits| limits.routers,
        present: |project| project.routers.len(),
    },
    Quota {
        metric: SUBNETWORKS,
        collection: "subnetworks",
        limit: |limits| limits.subnetworks,
        present: |project| project.subnetworks.len(),
    },
];

/// Name of the quota of subnetworks, which may be printed only.
const SUBNETWORKS: &str = "SUBNETWORKS";

/// Name of the quota of external addresses, one per region.
const ADDRESSES: &str = "STATIC_ADDRESSES";

/// Refuses with 403 `quotaExceeded` if a project has all that it may have of a collection.
pub(super) fn check(state: &State, project: &str, collection: &str) -> Result<(), ApiError> {
    let Some(quota) = PROJECT.iter().find(|quota| quota.collection == collection) else { return Ok(()) };
    let enforced =
        quota.metric != SUBNETWORKS || state.settings.switches.beyond_subnetworks_quota == Verdict::Refuse;
    match (quota.limit)(&state.settings.limits).filter(|_| enforced) {
        Some(limit) if used(state, project, quota) >= limit => {
            Err(ApiError::quota_exceeded(quota.metric, limit, "globally"))
        }
        _ => Ok(()),
    }
}

/// Refuses with 403 `quotaExceeded` if a project has all the external addresses that it may have in a region.
pub(super) fn check_addresses(state: &State, project: &str, region: &str) -> Result<(), ApiError> {
    match state.settings.limits.static_addresses_per_region {
        Some(limit) if used_addresses(state, project, region) >= limit => {
            Err(ApiError::quota_exceeded(ADDRESSES, limit, &format!("in region {region}")))
        }
        _ => Ok(()),
    }
}

/// The field `quotas` of a project.
pub(super) fn of_project(state: &State, project: &str) -> Value {
    let limits = &state.settings.limits;
    PROJECT
        .iter()
        .map(|quota| print(quota.metric, (quota.limit)(limits), used(state, project, quota)))
        .collect()
}

/// The field `quotas` of a region.
pub(super) fn of_region(state: &State, project: &str, region: &str) -> Value {
    let limit = state.settings.limits.static_addresses_per_region;
    json!([print(ADDRESSES, limit, used_addresses(state, project, region))])
}

/// A quota as Google prints it: the numbers are floating-point ones.
#[expect(clippy::cast_precision_loss, reason = "quotas are small")]
fn print(metric: &str, limit: Option<u64>, usage: u64) -> Value {
    json!({ "metric": metric, "limit": limit.map_or(UNLIMITED, |limit| limit as f64), "usage": usage as f64 })
}

fn used(state: &State, project: &str, quota: &Quota) -> u64 {
    let present = state.store.project(project).map_or(0, quota.present);
    count(present + state.operations.inserts(project, quota.collection, None))
}

fn used_addresses(state: &State, project: &str, region: &str) -> u64 {
    let external = Key::ExternalIn(region.to_owned());
    let present = state.store.project(project).map_or(0, |project| project.addresses.count_with(&external));
    count(present + state.operations.inserts(project, "addresses", Some(&format!("regions/{region}"))))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
