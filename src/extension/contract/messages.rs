//! What people read of an operation in `lastOperation` and `lastError`.
//!
//! The words are the reference's up to the colon. After it, where the reference lists failed tasks, stand the steps that failed,
//! by the names that `plan` shows; and progress, which the reference sets back to 50 and to 1, never falls here.

use planner::documents::infrastructure::OperationType;

/// What is written of an operation.
pub(crate) struct Words {
    pub(crate) begins: &'static str,
    pub(crate) succeeded: &'static str,
    pub(crate) failed: &'static str,
}

/// The words for `operation`.
pub(crate) fn of(operation: OperationType) -> Words {
    let words = |begins, succeeded, failed| Words { begins, succeeded, failed };
    match operation {
        OperationType::Create => words(
            "Creating the infrastructure",
            "Successfully reconciled infrastructure",
            "Error reconciling infrastructure",
        ),
        OperationType::Reconcile => words(
            "Reconciling the infrastructure",
            "Successfully reconciled infrastructure",
            "Error reconciling infrastructure",
        ),
        OperationType::Delete => words(
            "Deleting the infrastructure",
            "Successfully deleted infrastructure",
            "Error deleting Infrastructure",
        ),
        OperationType::Migrate => words(
            "Migrating the infrastructure",
            "Successfully migrated infrastructure",
            "Error migrating Infrastructure",
        ),
        OperationType::Restore => words(
            "Restoring the infrastructure",
            "Successfully restored infrastructure",
            "Error restoring Infrastructure",
        ),
    }
}
