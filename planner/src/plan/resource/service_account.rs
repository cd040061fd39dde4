//! Service accounts, as they are made. They belong to IAM, not to Compute.

use super::Row;
use crate::snapshot::Part;

/// The row of the table.
pub(super) const ROW: Row = Row {
    collection: None,
    noun: "service account",
    label: "service account",
    is_in_network: false,
    shows_in: &[Part::ServiceAccount],
};

/// A service account to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewServiceAccount {
    /// The id, which is the part of its e-mail address before the `@`.
    pub id: String,
    /// The name for people, by which ours are known.
    pub display_name: String,
}
