//! What is used up, where Google refuses for a quota: quota, limit and usage by number.

use super::Failure;
use crate::gcp::Compute;

/// The same failure, with the quotas of project and region that are used up; what Google does not tell is left out.
pub(super) async fn explain(failure: Failure, compute: &Compute, region: &str) -> Failure {
    let Ok(quotas) = compute.quotas(region).await else { return failure };
    let used_up: Vec<String> = quotas
        .iter()
        .filter(|quota| quota.usage >= quota.limit)
        .map(|quota| format!("{} (limit {}, usage {})", quota.metric, quota.limit, quota.usage))
        .collect();
    match used_up.as_slice() {
        [] => failure,
        quotas => Failure::Quota { failure: Box::new(failure), quotas: quotas.join(", ") },
    }
}
