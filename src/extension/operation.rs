//! Which operation an Infrastructure asks for.

use crate::api::infrastructure::{Infrastructure, LastOperation, OperationState, OperationType};
use crate::api::names::OPERATION_ANNOTATION;

/// The value of the operation annotation, if there is one.
pub(super) fn requested(infrastructure: &Infrastructure) -> Option<&str> {
    let annotations = infrastructure.metadata.annotations.as_ref()?;
    annotations.get(OPERATION_ANNOTATION).map(String::as_str)
}

/// The last operation, if there was one.
pub(super) fn last(infrastructure: &Infrastructure) -> Option<&LastOperation> {
    infrastructure.status.as_ref()?.last_operation.as_ref()
}

/// The operation to carry out; `None`: the object has left this seed and is to be left alone.
pub(super) fn of(infrastructure: &Infrastructure) -> Option<OperationType> {
    let requested = requested(infrastructure);
    let last =
        last(infrastructure).map(|last| (last.operation_type, last.state == OperationState::Succeeded));
    let operation = match (requested, last) {
        (Some("migrate"), _) => OperationType::Migrate,
        _ if infrastructure.metadata.deletion_timestamp.is_some() => OperationType::Delete,
        (Some("restore"), _) => OperationType::Restore,
        (_, None | Some((OperationType::Create, false))) => OperationType::Create,
        (_, Some((OperationType::Migrate, false))) => OperationType::Migrate,
        (_, Some((OperationType::Restore, false))) => OperationType::Restore,
        _ => OperationType::Reconcile,
    };
    let migrated = last == Some((OperationType::Migrate, true));
    let returns = matches!(operation, OperationType::Migrate | OperationType::Restore);
    (!migrated || returns).then_some(operation)
}
