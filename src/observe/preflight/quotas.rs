//! Quotas of the project: `compute#project`.

use planner::snapshot::Quota;

use crate::gcp::Compute;
use crate::observe::error::ObserveError;

/// The quotas of the project.
///
/// # Errors
/// If the API cannot tell.
pub(super) async fn read(compute: &Compute) -> Result<Vec<Quota>, ObserveError> {
    let quotas = compute.project_quotas().await?;
    Ok(quotas
        .into_iter()
        .map(|quota| Quota { limit: whole(quota.limit), usage: whole(quota.usage), metric: quota.metric })
        .collect())
}

/// The whole number that Google writes as a decimal one; none is negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is brought into the range first"
)]
fn whole(number: f64) -> u64 {
    number.max(0.0) as u64
}
