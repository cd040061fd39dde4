//! A refused request, in the form in which an API server says it.

use serde_json::{Value, json};

/// Reason why a request was refused; it becomes a `Status` object on the wire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({code} {reason})")]
pub struct Failure {
    /// HTTP status.
    pub code: u16,
    /// Machine-readable reason, as `metav1.StatusReason`.
    pub reason: String,
    /// Message for people.
    pub message: String,
    /// The fields that are wrong, for reason `Invalid`.
    pub causes: Vec<Cause>,
}

/// A wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Path of the field, such as `status.lastOperation.progress`.
    pub field: String,
    /// Machine-readable reason, as `metav1.CauseType`.
    pub reason: &'static str,
    /// Message for people.
    pub message: String,
}

impl Cause {
    pub(super) fn new(field: &str, reason: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason, message: message.into() }
    }
}

impl Failure {
    pub(super) fn new(code: u16, reason: &str, message: impl Into<String>) -> Self {
        Self { code, reason: reason.to_owned(), message: message.into(), causes: Vec::new() }
    }

    /// The object does not exist; `resource` is `<plural>.<group>`, or the plural alone.
    pub(super) fn not_found(resource: &str, name: &str) -> Self {
        Self::new(404, "NotFound", format!("{resource} \"{name}\" not found"))
    }

    pub(super) fn unknown_path() -> Self {
        Self::new(404, "NotFound", "the server could not find the requested resource")
    }

    pub(super) fn already_exists(resource: &str, name: &str) -> Self {
        Self::new(409, "AlreadyExists", format!("{resource} \"{name}\" already exists"))
    }

    pub(super) fn conflict(resource: &str, name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {resource} \"{name}\": {why}");
        Self::new(409, "Conflict", message)
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(super) fn media_type(message: impl Into<String>) -> Self {
        Self::new(415, "UnsupportedMediaType", message)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }

    pub(super) fn invalid(kind: &str, name: &str, causes: Vec<Cause>) -> Self {
        let fields: Vec<String> =
            causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect();
        let message = format!("{kind} \"{name}\" is invalid: {}", fields.join(", "));
        Self { causes, ..Self::new(422, "Invalid", message) }
    }

    /// The failure as a `Status` object.
    pub(super) fn status(&self) -> Value {
        let causes: Vec<Value> = self
            .causes
            .iter()
            .map(|cause| json!({"field": cause.field, "reason": cause.reason, "message": cause.message}))
            .collect();
        json!({
            "apiVersion": "v1",
            "kind": "Status",
            "metadata": {},
            "status": "Failure",
            "code": self.code,
            "reason": self.reason,
            "message": self.message,
            "details": {"causes": causes},
        })
    }
}
