//! Service accounts: what is as it shall be already counts as done.

use crate::gcp::{Class, Error, Iam};

/// Makes the account, unless somebody, perhaps an earlier run of ours, did before us.
pub(super) async fn create(iam: &Iam, id: &str, display_name: &str) -> Result<(), Error> {
    match iam.create_service_account(id, display_name).await {
        Err(error) if error.class() != Class::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
