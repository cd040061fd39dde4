//! Errors as Google's newer APIs print them: a canonical `status` instead of a list of reasons.

use serde_json::{Value, json};

use crate::api::error::ApiError;

/// A refused request: HTTP status, canonical status and message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {status}: {message}")]
pub struct StatusError {
    /// HTTP status code.
    pub code: u16,
    /// `error.status`, by which clients classify.
    pub status: &'static str,
    /// Message for people.
    pub message: String,
}

impl StatusError {
    fn new(code: u16, status: &'static str, message: String) -> Self {
        Self { code, status, message }
    }

    /// 400 `INVALID_ARGUMENT`.
    pub fn invalid_argument(message: String) -> Self {
        Self::new(400, "INVALID_ARGUMENT", message)
    }

    /// 403 `PERMISSION_DENIED`: also what is said of projects that do not exist.
    pub fn permission_denied(permission: &str) -> Self {
        let message = format!("Permission '{permission}' denied on resource (or it may not exist).");
        Self::new(403, "PERMISSION_DENIED", message)
    }

    /// 404 `NOT_FOUND`.
    pub fn not_found(message: &str) -> Self {
        Self::new(404, "NOT_FOUND", message.to_owned())
    }

    /// 409 `ALREADY_EXISTS`.
    pub fn already_exists(message: String) -> Self {
        Self::new(409, "ALREADY_EXISTS", message)
    }

    /// The JSON error envelope.
    pub fn envelope(&self) -> Value {
        json!({ "error": { "code": self.code, "message": self.message, "status": self.status } })
    }
}

impl From<ApiError> for StatusError {
    fn from(error: ApiError) -> Self {
        let status = match error.status {
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            409 => "ALREADY_EXISTS",
            412 => "FAILED_PRECONDITION",
            501 => "UNIMPLEMENTED",
            _ => "INVALID_ARGUMENT",
        };
        Self::new(error.status, status, error.message)
    }
}
