//! Service accounts, as they are created. They belong to IAM, not to Compute.

use super::Row;
use crate::snapshot::Part;

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
