//! Errors as Google's newer APIs print them: a canonical `status` instead of a list of reasons.

use serde_json::{Value, json};

use crate::api::error::ApiError;

/// A refused request: HTTP status, canonical status and message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {status}: {message}")]
pub struct StatusError {
    /// HTTP status code.
    pub code: u16,
    /// The status, `error.status`, by which clients classify.
    pub status: &'static str,
    /// Message for people.
    pub message: String,
    /// Details for programs; not printed if empty.
    pub details: Vec<Value>,
}

impl StatusError {
    fn new(code: u16, status: &'static str, message: String) -> Self {
        Self { code, status, message, details: Vec::new() }
    }

    /// 400 `INVALID_ARGUMENT`.
    pub fn invalid_argument(message: String) -> Self {
        Self::new(400, "INVALID_ARGUMENT", message)
    }

    /// 403 `PERMISSION_DENIED`: also what is said of projects that do not exist. `service` is the name of the service's host.
    pub fn permission_denied(service: &str, permission: &str) -> Self {
        let message = format!("Permission '{permission}' denied on resource (or it may not exist).");
        let details = vec![json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "IAM_PERMISSION_DENIED",
            "domain": service,
            "metadata": { "permission": permission },
        })];
        Self { details, ..Self::new(403, "PERMISSION_DENIED", message) }
    }

    /// 403 `PERMISSION_DENIED` with the reason `SERVICE_DISABLED`: the service is off in the project.
    pub fn service_disabled(service: &str, title: &str, project: &str) -> Self {
        let url =
            format!("https://console.developers.google.com/apis/api/{service}/overview?project={project}");
        let message = format!(
            "{title} has not been used in project {project} before or it is disabled. Enable it by visiting {url} \
             then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our \
             systems and retry."
        );
        let details = vec![
            json!({
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "SERVICE_DISABLED",
                "domain": "googleapis.com",
                "metadata": {
                    "service": service, "serviceTitle": title, "consumer": format!("projects/{project}"),
                    "containerInfo": project, "activationUrl": url,
                },
            }),
            json!({
                "@type": "type.googleapis.com/google.rpc.LocalizedMessage", "locale": "en-US", "message": message,
            }),
            json!({
                "@type": "type.googleapis.com/google.rpc.Help",
                "links": [{ "description": "Google developers console API activation", "url": url }],
            }),
        ];
        Self { details, ..Self::new(403, "PERMISSION_DENIED", message) }
    }

    /// 400 `FAILED_PRECONDITION`: the request is good, and what is there forbids it.
    pub fn failed_precondition(message: String) -> Self {
        Self::new(400, "FAILED_PRECONDITION", message)
    }

    /// 404 `NOT_FOUND`.
    pub fn not_found(message: &str) -> Self {
        Self::new(404, "NOT_FOUND", message.to_owned())
    }

    /// 409 `ALREADY_EXISTS`.
    pub fn already_exists(message: String) -> Self {
        Self::new(409, "ALREADY_EXISTS", message)
    }

    /// The envelope of APIs that print a list of reasons beside the status.
    pub fn envelope_with_reasons(&self) -> Value {
        let mut envelope = self.envelope();
        if let Some(error) = envelope.get_mut("error").and_then(Value::as_object_mut) {
            let reason = json!({ "domain": "global", "message": self.message, "reason": self.reason() });
            error.insert("errors".to_owned(), json!([reason]));
        }
        envelope
    }

    fn reason(&self) -> &'static str {
        match self.code {
            401 => "authError",
            403 => "forbidden",
            404 => "notFound",
            409 => "alreadyExists",
            412 => "failedPrecondition",
            501 => "notImplemented",
            _ => "badRequest",
        }
    }

    /// The JSON error envelope.
    pub fn envelope(&self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message, "status": self.status });
        if let Some(map) = error.as_object_mut().filter(|_| !self.details.is_empty()) {
            map.insert("details".to_owned(), json!(self.details));
        }
        json!({ "error": error })
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
