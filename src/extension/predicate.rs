//! Which events call for a reconciliation.

use jiff::Timestamp;

use super::operation::{last, requested};
use crate::api::infrastructure::{Infrastructure, OperationState};
use crate::api::names::{DEFAULT_EXTENSION_CLASS, EXTENSION_TYPE};

/// When gardenlet asked last.
const TIMESTAMP_ANNOTATION: &str = "gardener.cloud/timestamp";

/// Whether the object is for this controller at all.
pub(super) fn is_ours(infrastructure: &Infrastructure, classes: &[String]) -> bool {
    let spec = &infrastructure.spec;
    let class = spec.class.as_deref().unwrap_or(DEFAULT_EXTENSION_CLASS);
    spec.extension_type == EXTENSION_TYPE && classes.iter().any(|served| served == class)
}

/// Whether an object that is seen for the first time calls for a reconciliation: it asks, or it is not finished.
pub(super) fn on_first_sight(infrastructure: &Infrastructure) -> bool {
    let unfinished = last(infrastructure).is_none_or(|last| last.state != OperationState::Succeeded);
    asks(infrastructure)
        || infrastructure.metadata.deletion_timestamp.is_some()
        || unfinished
        || asked(infrastructure)
}

/// Whether a change of a known object calls for a reconciliation.
pub(super) fn on_change(before: &Infrastructure, after: &Infrastructure) -> bool {
    let status = |object: &Infrastructure| serde_json::to_value(&object.status).unwrap_or_default();
    // Our own writes are changes too, and the annotation of a restore stands until that has succeeded.
    let asked_anew =
        asks(after) && (requested(before), timestamp(before)) != (requested(after), timestamp(after));
    asked_anew || (after.metadata.deletion_timestamp.is_some() && status(before) == status(after))
}

fn asks(infrastructure: &Infrastructure) -> bool {
    matches!(requested(infrastructure), Some("reconcile" | "restore" | "migrate"))
}

fn timestamp(infrastructure: &Infrastructure) -> Option<&str> {
    infrastructure.metadata.annotations.as_ref()?.get(TIMESTAMP_ANNOTATION).map(String::as_str)
}

/// Gardenlet asked after the last operation ended: a run that ended right after it took the request up left no other trace.
fn asked(infrastructure: &Infrastructure) -> bool {
    let asked = timestamp(infrastructure).and_then(|text| text.parse::<Timestamp>().ok());
    let ended = last(infrastructure).map(|last| last.last_update_time);
    matches!((asked, ended), (Some(asked), Some(ended)) if ended.as_second() < asked.as_second())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn object(change: &Value) -> Infrastructure {
        let mut object = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1",
            "kind": "Infrastructure",
            "metadata": { "name": "a", "annotations": { "gardener.cloud/timestamp": "2026-09-01T10:00:00.5Z" } },
            "spec": { "type": "gcp", "region": "r", "secretRef": { "name": "s", "namespace": "n" } },
            "status": { "lastOperation": {
                "type": "Reconcile", "state": "Succeeded", "description": "", "progress": 100,
                "lastUpdateTime": "2026-09-01T10:00:00Z",
            } },
        });
        for (path, value) in change.as_object().unwrap() {
            let (parent, field) = path.rsplit_once('/').unwrap();
            object.pointer_mut(parent).unwrap()[field] = value.clone();
        }
        serde_json::from_value(object).unwrap()
    }

    #[test]
    fn only_objects_of_our_type_and_classes_are_ours() {
        let classes = ["shoot".to_owned()];
        assert!(is_ours(&object(&json!({})), &classes));
        assert!(is_ours(&object(&json!({ "/spec/class": "shoot" })), &classes));
        assert!(!is_ours(&object(&json!({ "/spec/class": "garden" })), &classes));
        assert!(!is_ours(&object(&json!({ "/spec/type": "aws" })), &classes));
    }

    #[test]
    fn at_first_sight() {
        let cases = [
            (json!({}), false),
            (json!({ "/status/lastOperation": null }), true),
            (json!({ "/status/lastOperation/state": "Processing" }), true),
            (json!({ "/metadata/deletionTimestamp": "2026-09-01T10:00:00Z" }), true),
            (json!({ "/metadata/annotations": { "gardener.cloud/operation": "reconcile" } }), true),
            (json!({ "/metadata/annotations": { "gardener.cloud/operation": "wait-for-state" } }), false),
            // Asked for a second after the last operation ended: taken up by a run that left no other trace.
            (
                json!({ "/metadata/annotations": { "gardener.cloud/timestamp": "2026-09-01T10:00:01Z" } }),
                true,
            ),
            (json!({ "/metadata/annotations": { "gardener.cloud/timestamp": "garbage" } }), false),
        ];
        for (change, wanted) in cases {
            assert_eq!(on_first_sight(&object(&change)), wanted, "{change}");
        }
    }

    #[test]
    fn at_a_change() {
        let before = object(&json!({}));
        let asks = object(&json!({ "/metadata/annotations": { "gardener.cloud/operation": "reconcile" } }));
        let progresses = object(&json!({ "/status/lastOperation/progress": 50 }));
        let deleted = json!({ "/metadata/deletionTimestamp": "2026-09-01T10:00:00Z" });
        assert!(on_change(&before, &asks));
        assert!(!on_change(&asks, &asks), "the same request again");
        let again = json!({ "/metadata/annotations": {
            "gardener.cloud/operation": "reconcile", "gardener.cloud/timestamp": "2026-09-01T10:05:00Z",
        } });
        assert!(on_change(&asks, &object(&again)));
        assert!(!on_change(&before, &progresses), "our own writes call for nothing");
        assert!(on_change(&before, &object(&deleted)));
        let mut both = deleted;
        both["/status/lastOperation/progress"] = json!(50);
        assert!(!on_change(&before, &object(&both)), "a deletion under way that reports progress");
    }
}
