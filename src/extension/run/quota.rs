//! The quotas that are used up, where Google refuses for a quota: name, limit and usage.

use planner::vocabulary::Region;

use crate::extension::tell::Failure;
use crate::gcp::Compute;
use crate::gcp::types::Quota;

/// Adds to `failure` the quotas of project and region that are used up; what Google does not tell is left out.
pub(super) async fn explain(failure: Failure, compute: &Compute, region: &Region) -> Failure {
    let Ok(quotas) = compute.quotas(region).await else { return failure };
    match used_up(&quotas).as_slice() {
        [] => failure,
        quotas => Failure::Quota { failure: Box::new(failure), quotas: quotas.join(", ") },
    }
}

/// The quotas that are used up. A quota of zero without usage is not of interest: of many things a project may have none.
fn used_up(quotas: &[Quota]) -> Vec<String> {
    let used_up = quotas.iter().filter(|quota| quota.usage > 0.0 && quota.usage >= quota.limit);
    used_up.map(|quota| format!("{} (limit {}, usage {})", quota.metric, quota.limit, quota.usage)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_used_and_used_up_is_named() {
        let quota = |metric: &str, limit, usage| Quota { metric: metric.to_owned(), limit, usage };
        let quotas = [quota("GPUS", 0.0, 0.0), quota("ROUTERS", 20.0, 19.0), quota("NETWORKS", 5.0, 5.0)];
        assert_eq!(used_up(&quotas), ["NETWORKS (limit 5, usage 5)"]);
    }
}
