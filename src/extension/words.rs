//! What people read of an operation in `lastOperation` and `lastError`.
//!
//! The words are the reference's up to the colon. After it, where the reference lists failed tasks, stand the steps that failed,
//! by the names that `plan` shows; and progress, which the reference sets back to 50 and to 1, never falls here.

use super::Failure;
use crate::api::infrastructure::OperationType;
use crate::excerpt::message;

/// What failed, and why.
pub(super) fn failure(operation: OperationType, failure: &Failure) -> String {
    let checks = !matches!(operation, OperationType::Delete | OperationType::Migrate);
    match failure.of_configuration().filter(|_| checks) {
        Some(text) => message(&format!("Error checking infrastructure config: {text}")),
        None => message(&format!("{}: {failure}", of(operation).failed)),
    }
}

/// What is written of an operation.
pub(super) struct Words {
    pub(super) begins: &'static str,
    pub(super) succeeded: &'static str,
    failed: &'static str,
}

/// The words for `operation`.
pub(super) fn of(operation: OperationType) -> Words {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tried_is_said_before_what_came_of_it() {
        let object = "Secret n/cloudprovider".to_owned();
        let missing = Failure::Secret(crate::kubernetes::Error::Missing { object });
        assert_eq!(
            failure(OperationType::Create, &missing),
            "Error checking infrastructure config: <nil>: Internal error: no client of Google Cloud can be made: \
             Secret n/cloudprovider does not exist"
        );
        assert_eq!(
            failure(OperationType::Delete, &missing),
            "Error deleting Infrastructure: no client of Google Cloud can be made: Secret n/cloudprovider does not exist"
        );
    }
}
