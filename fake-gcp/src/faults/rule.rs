//! A rule as a test writes it: which calls, and what happens to them.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Answer;
use crate::api::error::OperationError;

/// A rule by which calls go wrong. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Name of the method, such as `compute.routers.patch`; a `*` at the end stands for any ending.
    pub method: String,
    /// Part of the path of the call; any path unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Number, from 1, of the first matching call at which it fires.
    #[serde(default = "first")]
    pub nth: u64,
    /// Largest number of times that it fires: once unless given, without end if null.
    #[serde(default = "once")]
    pub count: Option<u64>,
    /// Fault of the calls at which it fires.
    pub fault: Fault,
}

fn first() -> u64 {
    1
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the type of the field")]
fn once() -> Option<u64> {
    Some(1)
}

/// The fault of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// The call is answered with an error, before credentials or anything else are looked at.
    Refuse(Answer),
    /// The call is applied, or its operation started, and then answered with an error.
    ApplyAndRefuse(Answer),
    /// The connection breaks before the call is looked at.
    Drop,
    /// The call is applied, or its operation started, and then the connection breaks instead of an answer.
    ApplyAndDrop,
    /// The operation of the call ends DONE with an error and without any effect.
    FailOperation(OperationFault),
    /// The operation of the call takes this much longer.
    DelayOperation(SignedDuration),
    /// A list shows no more items on a page than this.
    ShortPage(usize),
}

/// The error of an operation that fails by a fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OperationFault {
    /// Code in capitals, `error.errors[].code`.
    pub code: String,
    /// Message for people.
    #[serde(default)]
    pub message: String,
    /// HTTP status of the error; 400 unless given.
    #[serde(default = "bad_request")]
    pub http_error_status_code: u16,
    /// Details as they are printed, such as one with `quotaInfo`.
    #[serde(default)]
    pub error_details: Vec<Value>,
}

fn bad_request() -> u16 {
    400
}

impl From<OperationFault> for OperationError {
    fn from(fault: OperationFault) -> Self {
        Self {
            code: fault.code,
            message: fault.message,
            status: fault.http_error_status_code,
            details: fault.error_details,
        }
    }
}

/// Reason why a rule could never fire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// No method has this name.
    #[error("method: no method is called '{0}'; see GET /_fake/requests for the names of calls")]
    Method(String),
    /// The fault does not fit the method.
    #[error("fault: {fault} needs {needed}, and '{method}' is none")]
    Fault {
        /// Name of the fault.
        fault: &'static str,
        /// Name of the rule's method.
        method: String,
        /// Kind of method that the fault needs.
        needed: &'static str,
    },
}

impl Rule {
    /// Whether the rule is about a call by this method and path.
    pub(super) fn matches(&self, method: &str, path: &str) -> bool {
        self.names(method) && self.path.as_ref().is_none_or(|part| path.contains(part))
    }

    /// Whether the rule is about a method of this name.
    pub(crate) fn names(&self, method: &str) -> bool {
        match self.method.strip_suffix('*') {
            Some(start) => method.starts_with(start),
            None => method == self.method,
        }
    }
}

/// Whether a method is a list of Compute.
pub(crate) fn is_list(method: &str) -> bool {
    method.starts_with("compute.") && (method.ends_with(".list") || method.ends_with(".aggregatedList"))
}
