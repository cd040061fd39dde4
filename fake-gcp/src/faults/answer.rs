//! The error that a fault answers with, in the form of each API.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The answer of a call that is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Reason for programs. Compute: `errors[].reason`, such as `rateLimitExceeded`. IAM: the canonical `status`, such as
    /// `PERMISSION_DENIED`. Token endpoint: `error`, such as `invalid_grant`.
    pub reason: String,
    /// Message for people.
    #[serde(default)]
    pub message: String,
    /// Domain of the reason, `errors[].domain` of Compute.
    #[serde(default = "global")]
    pub domain: String,
    /// Details as they are printed.
    #[serde(default)]
    pub details: Vec<Value>,
}

fn global() -> String {
    "global".to_owned()
}

impl Answer {
    /// The answer as Compute prints it.
    pub(crate) fn compute(&self) -> Value {
        let error = json!({ "message": self.message, "domain": self.domain, "reason": self.reason });
        self.envelope("errors", json!([error]))
    }

    /// The answer as IAM prints it.
    pub(crate) fn iam(&self) -> Value {
        self.envelope("status", json!(self.reason))
    }

    /// The answer as the token endpoint prints it.
    pub(crate) fn token(&self) -> Value {
        json!({ "error": self.reason, "error_description": self.message })
    }

    fn envelope(&self, key: &str, value: Value) -> Value {
        let mut error = Map::from_iter([
            ("code".to_owned(), json!(self.status)),
            ("message".to_owned(), json!(self.message)),
            (key.to_owned(), value),
        ]);
        if !self.details.is_empty() {
            error.insert("details".to_owned(), json!(self.details));
        }
        json!({ "error": error })
    }
}
