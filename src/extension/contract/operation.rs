//! The operation that an Infrastructure asks for.

use planner::documents::cluster::Shoot;
use planner::documents::infrastructure::{LastOperation, OperationState, OperationType};
use planner::documents::names::{
    FINALIZER, FORCE_DELETION_ANNOTATION, OPERATION_ANNOTATION, TIMESTAMP_ANNOTATION,
};

use crate::api::infrastructure::Infrastructure;

/// The value of the operation annotation, if there is one.
pub(crate) fn requested(infrastructure: &Infrastructure) -> Option<&str> {
    let annotations = infrastructure.metadata.annotations.as_ref()?;
    annotations.get(OPERATION_ANNOTATION).map(String::as_str)
}

/// Whether both objects ask for the same operation, since the same instant. If not, somebody has asked anew in between.
pub(crate) fn is_one_request(one: &Infrastructure, other: &Infrastructure) -> bool {
    let asked =
        |object: &Infrastructure| object.metadata.annotations.as_ref()?.get(TIMESTAMP_ANNOTATION).cloned();
    requested(one) == requested(other) && asked(one) == asked(other)
}

/// The last operation, if there was one.
pub(crate) fn last(infrastructure: &Infrastructure) -> Option<&LastOperation> {
    infrastructure.status.as_ref()?.last_operation.as_ref()
}

/// The operation to carry out; `None`: the object has left this seed, and nothing is done for it.
pub(crate) fn of(infrastructure: &Infrastructure) -> Option<OperationType> {
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

/// Whether `infrastructure` bears the controller's finalizer.
pub(crate) fn is_held(infrastructure: &Infrastructure) -> bool {
    let finalizers = infrastructure.metadata.finalizers.as_deref().unwrap_or_default();
    finalizers.iter().any(|finalizer| finalizer == FINALIZER)
}

/// Whether the owner of the shoot wants it deleted whatever is left behind.
pub(crate) fn is_forced(shoot: &Shoot) -> bool {
    let wish = shoot.metadata.annotations.get(FORCE_DELETION_ANNOTATION);
    // As Go reads a boolean.
    wish.is_some_and(|wish| matches!(wish.as_str(), "1" | "t" | "T" | "TRUE" | "true" | "True"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use planner::documents::infrastructure::OperationType::{Create, Delete, Migrate, Reconcile, Restore};

    fn object(annotation: Option<&str>, deleted: bool, last: Option<(&str, &str)>) -> Infrastructure {
        serde_json::from_value(json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1",
            "kind": "Infrastructure",
            "metadata": {
                "name": "a",
                "annotations": annotation.map(|value| json!({ OPERATION_ANNOTATION: value })),
                "deletionTimestamp": deleted.then_some("2026-09-01T10:00:00Z"),
            },
            "spec": { "type": "gcp", "region": "r", "secretRef": { "name": "s", "namespace": "n" } },
            "status": { "lastOperation": last.map(|(kind, state)| json!({
                "type": kind, "state": state, "description": "", "progress": 1, "lastUpdateTime": "2026-09-01T10:00:00Z",
            })) },
        }))
        .unwrap()
    }

    #[test]
    fn the_operation_follows_from_annotation_deletion_and_last_operation() {
        let done = Some(("Create", "Succeeded"));
        let cases = [
            (object(None, false, None), Some(Create)),
            (object(None, false, Some(("Create", "Processing"))), Some(Create)),
            (object(None, false, Some(("Create", "Error"))), Some(Create)),
            (object(None, false, done), Some(Reconcile)),
            (object(None, false, Some(("Reconcile", "Error"))), Some(Reconcile)),
            (object(None, true, done), Some(Delete)),
            (object(Some("migrate"), true, done), Some(Migrate)),
            (object(Some("restore"), true, done), Some(Delete)),
            (object(Some("migrate"), false, None), Some(Migrate)),
            (object(Some("restore"), false, None), Some(Restore)),
            (object(None, false, Some(("Migrate", "Error"))), Some(Migrate)),
            (object(None, false, Some(("Restore", "Processing"))), Some(Restore)),
            (object(None, false, Some(("Migrate", "Succeeded"))), None),
            (object(None, true, Some(("Migrate", "Succeeded"))), None),
            (object(Some("restore"), false, Some(("Migrate", "Succeeded"))), Some(Restore)),
        ];
        for (object, wanted) in cases {
            assert_eq!(of(&object), wanted, "{object:?}");
        }
    }
}
