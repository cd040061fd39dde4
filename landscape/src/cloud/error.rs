//! Errors between a stand-in and the cloud, classified by status and reason.

use http::StatusCode;

use crate::wire::WireError;

/// Shorthand for results of cloud calls.
pub type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Reason why a call to the cloud failed.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// No response came back.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The request could not be built: a name that is no part of a URI.
    #[error("{uri}: not a request: {source}")]
    Request {
        /// Path and query as given.
        uri: String,
        /// Reason that the HTTP library gives.
        source: http::Error,
    },
    /// The cloud refused the call.
    #[error("{call}: {status} {reason}: {message}")]
    Status {
        /// Method, path and query.
        call: String,
        /// HTTP status.
        status: StatusCode,
        /// The reason, `error.errors[0].reason`, e.g. `rateLimitExceeded`; empty if there was none.
        reason: String,
        /// The message for people, `error.message`.
        message: String,
    },
    /// The operation that the call started ended with an error.
    #[error("{call}: operation failed: {code}: {message}")]
    Operation {
        /// Method, and path below the project.
        call: String,
        /// The code, `error.errors[0].code`, e.g. `RESOURCE_IN_USE`.
        code: String,
        /// The message for people, `error.errors[0].message`.
        message: String,
    },
    /// A reply of the fake's own API lacks what it promises.
    #[error("{uri}: unexpected reply: {source}")]
    Reply {
        /// Path and query.
        uri: String,
        /// The error, which names what is missing or malformed.
        source: serde_json::Error,
    },
}

impl CloudError {
    /// HTTP status of a refused call.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            Self::Wire(_) | Self::Request { .. } | Self::Operation { .. } | Self::Reply { .. } => None,
        }
    }

    /// True if the cloud says that the same call may succeed a little later.
    pub fn is_worth_another_try(&self) -> bool {
        match self {
            Self::Status { status, reason, .. } => {
                (status.is_server_error() && *status != StatusCode::NOT_IMPLEMENTED)
                    || *status == StatusCode::TOO_MANY_REQUESTS
                    || reason == "rateLimitExceeded"
                    || reason == "resourceNotReady"
            }
            Self::Wire(_) | Self::Request { .. } | Self::Operation { .. } | Self::Reply { .. } => false,
        }
    }
}
