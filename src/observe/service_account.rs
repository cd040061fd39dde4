//! The service account of a shoot's VMs, which another API knows.

use planner::desired::Target;
use planner::snapshot::{Cloud, ServiceAccount, Unread};
use planner::text::chain;
use serde::Deserialize;

use crate::gcp::{Class, Error, Iam};

/// A service account, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    email: String,
    /// The name for people; empty if there is none.
    display_name: String,
}

/// Puts the service account into `cloud`; or the reason why it could not be read, if it is `dispensable`.
///
/// # Errors
/// If IAM cannot tell, or does not know who asks.
pub(super) async fn read(
    target: &Target,
    iam: &Iam,
    dispensable: bool,
    cloud: &mut Cloud,
) -> Result<(), Error> {
    cloud.service_account_unread = None;
    match service_account(target, iam).await {
        Ok(account) => cloud.service_account = account,
        Err(error) if dispensable && error.class() != Class::Unauthenticated => {
            tracing::warn!(error = %chain(&error), "cannot read the service account");
            let denied = matches!(error.class(), Class::Forbidden | Class::ApiDisabled);
            cloud.service_account_unread = Some(if denied { Unread::Denied } else { Unread::Late });
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// The service account of the shoot of `target`; `None` if it does not exist.
///
/// # Errors
/// If IAM cannot tell.
pub async fn service_account(target: &Target, iam: &Iam) -> Result<Option<ServiceAccount>, Error> {
    let account: Option<Wire> = iam.service_account(&target.service_account_email()).await?;
    Ok(account.map(|Wire { email, display_name }| ServiceAccount { email, display_name }))
}
