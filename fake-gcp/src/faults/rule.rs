//! A rule as a test writes it: which calls, and what happens to them.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Answer;
use crate::api::error::OperationError;
use crate::api::list::MAX_RESULTS;

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
    #[error("method: no modelled method is called '{0}'; `fake-gcp methods` prints their names")]
    Method(String),
    /// A number is none that it can be.
    #[error("{field}: {value} is out of range: {why}")]
    Number {
        /// Field of the rule.
        field: &'static str,
        /// Value as it was given.
        value: String,
        /// Values that it can have.
        why: &'static str,
    },
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
    /// Refuses numbers with which the rule could not fire, or not do what it says.
    pub(crate) fn check_numbers(&self) -> Result<(), BadRule> {
        let refuse = |field, value: String, why| Err(BadRule::Number { field, value, why });
        let status = |field, status: u16| match status {
            400..=599 => Ok(()),
            _ => refuse(field, status.to_string(), "an error has 400 to 599"),
        };
        if self.nth == 0 {
            return refuse("nth", self.nth.to_string(), "calls are counted from 1");
        }
        if self.count == Some(0) {
            return refuse("count", "0".to_owned(), "at least 1, or null for no end");
        }
        match &self.fault {
            Fault::Refuse(answer) => status("fault.refuse.status", answer.status),
            Fault::ApplyAndRefuse(answer) => status("fault.applyAndRefuse.status", answer.status),
            Fault::FailOperation(fault) => {
                status("fault.failOperation.httpErrorStatusCode", fault.http_error_status_code)
            }
            Fault::DelayOperation(delay) if delay.is_negative() => {
                refuse("fault.delayOperation", format!("{delay:#}"), "time does not go back")
            }
            Fault::ShortPage(size) if !(1..=MAX_RESULTS).contains(size) => {
                refuse("fault.shortPage", size.to_string(), "a page has 1 to 500 items")
            }
            Fault::DelayOperation(_) | Fault::ShortPage(_) | Fault::Drop | Fault::ApplyAndDrop => Ok(()),
        }
    }

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
