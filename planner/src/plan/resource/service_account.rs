//! Service accounts, as they are created. They belong to IAM, not to Compute.

use super::row::Row;
use crate::snapshot::{Cloud, Part, ServiceAccount};

/// The properties of all service accounts.
pub(super) const ROW: Row = Row {
    collection: None,
    noun: "service account",
    label: "service account",
    is_in_network: false,
    shows_in: &[Part::ServiceAccount],
};

/// A new service account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewServiceAccount {
    /// The id, which is the part of the e-mail address before the `@`.
    pub id: String,
    /// The display name, by which accounts created for a shoot are recognised.
    pub display_name: String,
}

impl NewServiceAccount {
    /// Adds the service account to `cloud`, with the e-mail address `email`.
    pub(in crate::plan) fn insert(&self, email: &str, cloud: &mut Cloud) {
        cloud.service_account.get_or_insert_with(|| ServiceAccount {
            email: email.to_owned(),
            display_name: self.display_name.clone(),
        });
    }
}

/// Removes the service account with the e-mail address `email` from `cloud`.
pub(in crate::plan) fn delete(email: &str, cloud: &mut Cloud) {
    cloud.service_account.take_if(|account| account.email == email);
}
