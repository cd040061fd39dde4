//! The service account of the shoot's own, if there is one, and it matters.

use super::{ObserveError, read};
use crate::excerpt::chain;
use crate::gcp::{Class, Error, Iam};
use crate::journal::State;
use crate::snapshot::{Cloud, ServiceAccount, Unread};
use crate::target::{Goal, Target};

/// Adds it to `cloud`.
pub(super) async fn observe(
    target: &Target,
    state: &State,
    iam: &Iam,
    cloud: &mut Cloud,
) -> Result<(), ObserveError> {
    // Past the point of no return nobody asks for it, and an IAM that does not answer must not hold the migration up.
    if target.goal == Goal::Present && state.is_committed_to_dual_stack() {
        return Ok(());
    }
    cloud.service_account_unread = None;
    match service_account(target, iam).await {
        Ok(account) => cloud.service_account = account,
        // All else can go without it, and had better: it costs money.
        Err(error) if target.goal == Goal::Absent && error.class() != Class::Unauthenticated => {
            tracing::warn!(error = %chain(&error), "cannot read the service account");
            let denied = matches!(error.class(), Class::Forbidden | Class::ApiDisabled);
            cloud.service_account_unread = Some(if denied { Unread::Denied } else { Unread::Late });
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// The service account of the shoot of `target`; none if it does not exist.
///
/// # Errors
/// If IAM cannot tell.
pub async fn service_account(target: &Target, iam: &Iam) -> Result<Option<ServiceAccount>, Error> {
    Ok(iam.service_account(&target.service_account_email()).await?.map(read::service_account))
}
