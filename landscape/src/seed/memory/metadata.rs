//! The metadata of an object, as the server writes it.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Value, json};

use super::failure::{Cause, Failure};
use super::kind::{Generation, Kind};
use crate::json::{at, remove, set, text};

/// Fields that only the server writes; an update keeps the old ones, whatever it says.
const SERVER_OWNED: [&str; 5] =
    ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"];

/// Brings what a client sent into shape: unknown fields go, and so do empty maps and lists.
pub(super) fn shape(object: &mut Value) -> Result<(), Failure> {
    let metadata: ObjectMeta = serde_json::from_value(match at(object, "/metadata") {
        Value::Null => json!({}),
        present => present.clone(),
    })
    .map_err(|cause| Failure::bad_request(format!("metadata: {cause}")))?;
    let mut metadata =
        serde_json::to_value(metadata).map_err(|cause| Failure::bad_request(cause.to_string()))?;
    if let Some(members) = metadata.as_object_mut() {
        members.remove("managedFields");
        members.remove("selfLink");
        members.retain(|_, value| *value != json!({}) && *value != json!([]));
    }
    set(object, "/metadata", metadata);
    Ok(())
}

/// Gives a new object its identity.
pub(super) fn on_create(kind: &Kind, object: &mut Value, uid: String, now: jiff::Timestamp) {
    for field in SERVER_OWNED {
        remove(object, &format!("/metadata/{field}"));
    }
    set(object, "/metadata/uid", uid);
    set(object, "/metadata/creationTimestamp", seconds(now));
    if kind.generation != Generation::None {
        set(object, "/metadata/generation", 1);
    }
}

/// Keeps in an update what is the server's, and counts a change of what the user wants.
pub(super) fn on_update(kind: &Kind, old: &Value, new: &mut Value) {
    for field in SERVER_OWNED {
        let pointer = format!("/metadata/{field}");
        match old.pointer(&pointer) {
            Some(value) => set(new, &pointer, value.clone()),
            None => drop(remove(new, &pointer)),
        }
    }
    let annotations = |object: &Value| at(object, "/metadata/annotations").clone();
    let changed = match kind.generation {
        Generation::None => false,
        Generation::Spec => wanted(old) != wanted(new),
        Generation::SpecAndAnnotations => wanted(old) != wanted(new) || annotations(old) != annotations(new),
    };
    if changed {
        count(new);
    }
}

/// Marks an object as being deleted while finalizers hold it up.
pub(super) fn on_delete(object: &mut Value, now: jiff::Timestamp) {
    set(object, "/metadata/deletionTimestamp", seconds(now));
    set(object, "/metadata/deletionGracePeriodSeconds", 0);
    if !at(object, "/metadata/generation").is_null() {
        count(object);
    }
}

/// Refuses an update that sets or changes identity or time of deletion; it may leave them out.
pub(super) fn check_immutable(kind: &Kind, old: &Value, new: &Value) -> Result<(), Failure> {
    for field in ["uid", "deletionTimestamp"] {
        let pointer = format!("/metadata/{field}");
        let found = at(new, &pointer);
        if !found.is_null() && found != at(old, &pointer) {
            let message = format!("Invalid value: {found}: field is immutable");
            let cause = Cause::new(&format!("metadata.{field}"), "FieldValueInvalid", message);
            return Err(Failure::invalid(&kind.kind, text(old, "/metadata/name"), vec![cause]));
        }
    }
    Ok(())
}

/// Refuses new finalizers on an object that is being deleted.
pub(super) fn check_finalizers(kind: &Kind, old: &Value, new: &Value) -> Result<(), Failure> {
    let before = finalizers(old);
    if !is_deleting(old) || finalizers(new).iter().all(|finalizer| before.contains(finalizer)) {
        return Ok(());
    }
    let message = "Forbidden: no new finalizers can be added if the object is being deleted";
    let cause = Cause::new("metadata.finalizers", "FieldValueForbidden", message);
    Err(Failure::invalid(&kind.kind, text(old, "/metadata/name"), vec![cause]))
}

pub(super) fn is_deleting(object: &Value) -> bool {
    !at(object, "/metadata/deletionTimestamp").is_null()
}

pub(super) fn finalizers(object: &Value) -> &[Value] {
    at(object, "/metadata/finalizers").as_array().map_or(&[], Vec::as_slice)
}

fn count(object: &mut Value) {
    let generation = at(object, "/metadata/generation").as_i64().unwrap_or_default();
    set(object, "/metadata/generation", generation + 1);
}

/// The object without metadata and status.
fn wanted(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(members) = object.as_object_mut() {
        members.remove("metadata");
        members.remove("status");
    }
    object
}

/// The instant without fractions of seconds, as Kubernetes writes times.
fn seconds(now: jiff::Timestamp) -> String {
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}
