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
    asks(after) || (after.metadata.deletion_timestamp.is_some() && status(before) == status(after))
}

fn asks(infrastructure: &Infrastructure) -> bool {
    matches!(requested(infrastructure), Some("reconcile" | "restore" | "migrate"))
}

/// Gardenlet asked after the last operation ended: a run that ended right after it took the request up left no other trace.
fn asked(infrastructure: &Infrastructure) -> bool {
    let annotations = infrastructure.metadata.annotations.as_ref();
    let asked = annotations.and_then(|annotations| annotations.get(TIMESTAMP_ANNOTATION));
    let asked = asked.and_then(|text| text.parse::<Timestamp>().ok());
    let ended = last(infrastructure).map(|last| last.last_update_time);
    matches!((asked, ended), (Some(asked), Some(ended)) if ended.as_second() < asked.as_second())
}
