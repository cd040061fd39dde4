//! The messages about an operation in `lastOperation` and `lastError`.
//!
//! The words are the reference's up to the colon. After it, where the reference lists failed tasks, stand the steps that failed,
//! by the names that `plan` shows; and progress, which the reference sets back to 50 and to 1, never falls here.

use planner::documents::infrastructure::OperationType;

/// The messages about one operation.
pub(crate) struct Messages {
    /// The description of an operation that has just begun.
    pub(crate) begins: &'static str,
    /// The description of an operation that reached its goal.
    pub(crate) succeeded: &'static str,
    /// The beginning of the description of an operation that failed.
    pub(crate) failed: &'static str,
}

/// The messages about `operation`.
pub(crate) fn of(operation: OperationType) -> Messages {
    let messages = |begins, succeeded, failed| Messages { begins, succeeded, failed };
    match operation {
        OperationType::Create => messages(
            "Creating the infrastructure",
            "Successfully reconciled infrastructure",
            "Error reconciling infrastructure",
        ),
        OperationType::Reconcile => messages(
            "Reconciling the infrastructure",
            "Successfully reconciled infrastructure",
            "Error reconciling infrastructure",
        ),
        OperationType::Delete => messages(
            "Deleting the infrastructure",
            "Successfully deleted infrastructure",
            "Error deleting Infrastructure",
        ),
        OperationType::Migrate => messages(
            "Migrating the infrastructure",
            "Successfully migrated infrastructure",
            "Error migrating Infrastructure",
        ),
        OperationType::Restore => messages(
            "Restoring the infrastructure",
            "Successfully restored infrastructure",
            "Error restoring Infrastructure",
        ),
    }
}
