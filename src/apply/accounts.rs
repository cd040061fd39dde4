//! Creation of service accounts.

use crate::gcp::{Class, Error, Iam};

/// Creates a service account. An account that exists already counts as created, as an earlier run may have done it.
pub(super) async fn create(iam: &Iam, id: &str, display_name: &str) -> Result<(), Error> {
    match iam.create_service_account(id, display_name).await {
        Err(error) if error.class() != Class::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
