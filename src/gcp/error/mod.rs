//! The errors of the wire, with all that a person or a planner needs to act on them.
//!
//! An error names the call and the object, the reason and what to do; it bears neither headers nor credentials.
//! What kind it is says [`Error::class`], from status, reason and code alone.

mod api;
mod class;
mod constraint;
mod quota;

use std::time::Duration;

pub use api::{ApiError, ErrorItem};
pub use class::Class;
use planner::text::{Excerpt, listed, remark};

use super::credentials::CredentialError;
use super::path::BadName;
use super::transport::{Sent, TransportError};
use super::types::{Operation, OperationErrorItem};

/// A call that failed, or whose outcome is not known.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The API answered with an error.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The API took the mutation, and its operation failed.
    #[error("{0}")]
    Operation(Box<OperationError>),
    /// The request got no answer.
    #[error("{call}: {cause}; look again, it may pass by itself")]
    Transport {
        /// The words for the call: method and path, unless it has others.
        call: String,
        /// The cause, and whether the request may have arrived.
        cause: TransportError,
    },
    /// The answer was a success that makes no sense.
    #[error("{call}: the answer is not what the API promises: {problem}")]
    Decode {
        /// The words for the call: method and path, unless it has others.
        call: String,
        /// The part that did not fit, with line and column.
        problem: String,
    },
    /// The request could not be formed.
    #[error("{call}: not a request that can be sent: {problem}; correct the name or the endpoint")]
    Request {
        /// The words for the call: method and path, unless it has others.
        call: String,
        /// The part that did not fit.
        problem: String,
    },
    /// A name cannot be one, or would lead to another object. Nothing was sent.
    #[error("{call}: {problem}")]
    Name {
        /// The words for the call: method and path, unless it has others.
        call: String,
        /// The name, and what is wrong with it.
        problem: BadName,
    },
    /// A list came back incomplete. It is not used, since what it lacks would look deleted.
    #[error("{call}: the list is incomplete: {problem}; look again")]
    Incomplete {
        /// The words for the call: method and path, unless it has others.
        call: String,
        /// The part that is missing, as far as the API says so.
        problem: String,
    },
    /// The credentials gave no `Authorization` header.
    #[error(transparent)]
    Auth(#[from] CredentialError),
    /// The time given to a mutation was up. It may still take effect.
    #[error("{mutation}: not done after {after:?}{}; it may still take effect: look again", named(.operation))]
    Deadline {
        /// The words for the mutation: what it does, on what.
        mutation: String,
        /// The name of the operation, if the API had taken the mutation.
        operation: Option<String>,
        /// The time that the mutation was given.
        after: Duration,
    },
    /// The API took the mutation, but how it ended cannot be found out.
    #[error("{mutation}: the outcome of operation {operation} is unknown{}; look again", because(.cause))]
    OutcomeUnknown {
        /// The words for the mutation: what it does, on what.
        mutation: String,
        /// The name of the operation.
        operation: String,
        /// The reason why the operation cannot be read; `None`: the API no longer knows it.
        cause: Option<Box<Error>>,
    },
}

fn named(operation: &Option<String>) -> String {
    operation.as_ref().map(|name| format!(", operation {name} is under way")).unwrap_or_default()
}

fn because(cause: &Option<Box<Error>>) -> String {
    match cause {
        Some(cause) => format!(" ({cause})"),
        None => " (the API no longer knows it)".to_owned(),
    }
}

impl Error {
    /// The kind of error, as far as it changes what to do next.
    pub fn class(&self) -> Class {
        match self {
            Self::Api(error) => error.class(),
            Self::Operation(error) => error.class(),
            Self::Transport { .. } | Self::Deadline { .. } | Self::Incomplete { .. } => Class::Unavailable,
            Self::Name { .. } => Class::Invalid,
            Self::Decode { .. } | Self::Request { .. } => Class::Other,
            Self::Auth(error) => error.class(),
            // Never "not found": the caller would take the object for gone.
            Self::OutcomeUnknown { cause: Some(cause), .. } if cause.class() != Class::NotFound => {
                cause.class()
            }
            Self::OutcomeUnknown { .. } => Class::Other,
        }
    }

    /// The message that Google sent, without the words of this program around it; empty for errors that are not Google's.
    pub fn message(&self) -> String {
        match self {
            Self::Api(error) => error.message.clone(),
            Self::Operation(error) => {
                let messages: Vec<&str> = error.errors.iter().map(|error| error.message.as_str()).collect();
                messages.join("; ")
            }
            _ => String::new(),
        }
    }

    /// Whether the same wish may succeed later although nobody changes anything by hand.
    pub fn is_transient(&self) -> bool {
        self.class().is_transient() || matches!(self, Self::OutcomeUnknown { cause: None, .. })
    }

    /// The constraint of the policy that refuses, as Google names it; for people.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.constraint(),
            Self::Operation(error) => error.constraint(),
            _ => None,
        }
    }

    /// Records that the fingerprint of the request was the one that the object has, so that it was not what was wrong.
    pub fn rule_out_fingerprint(&mut self) {
        match self {
            Self::Api(error) => error.bore_fingerprint = false,
            Self::Operation(error) => error.bore_fingerprint = false,
            _ => {}
        }
    }

    /// Whether the request surely had no effect because it never left this machine.
    pub fn was_not_sent(&self) -> bool {
        match self {
            Self::Transport { cause, .. } => cause.sent == Sent::No,
            Self::Auth(_) | Self::Request { .. } | Self::Name { .. } => true,
            Self::Api(_)
            | Self::Operation(_)
            | Self::Decode { .. }
            | Self::Incomplete { .. }
            | Self::Deadline { .. }
            | Self::OutcomeUnknown { .. } => false,
        }
    }
}

/// A mutation whose operation ended with an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationError {
    /// The words for the mutation: what it does, on what.
    pub mutation: String,
    /// The name of the operation.
    pub operation: String,
    /// The object, as a path; empty if the API did not say.
    pub target: String,
    /// The errors with their codes and messages, at least one unless the API gave none.
    pub errors: Vec<OperationErrorItem>,
    /// The HTTP status that a synchronous answer would have had.
    pub http_status: Option<u16>,
    /// Whether the request bore a fingerprint, which then may be what was wrong.
    pub bore_fingerprint: bool,
}

impl OperationError {
    /// The error of `operation`, if it is over and failed.
    pub fn of(mutation: &str, operation: &Operation) -> Option<Self> {
        let errors = operation.error.as_ref().map(|error| error.errors.clone()).unwrap_or_default();
        let refused = operation.http_error_status_code.is_some_and(|status| status >= 400);
        (operation.error.is_some() || refused).then(|| Self {
            mutation: mutation.to_owned(),
            operation: operation.name.clone(),
            target: operation.target_link.as_ref().map(ToString::to_string).unwrap_or_default(),
            errors,
            http_status: operation.http_error_status_code,
            bore_fingerprint: false,
        })
    }

    /// The error as one of a mutation that bore a fingerprint, or of one that bore none.
    #[must_use]
    pub fn to_fingerprint(self, bore_fingerprint: bool) -> Self {
        Self { bore_fingerprint, ..self }
    }

    /// The kind of error, as far as it changes what to do next.
    pub fn class(&self) -> Class {
        let class = Class::of(self.http_status, self.errors.iter().map(|error| error.code.as_str()));
        let names_constraint =
            self.errors.iter().any(|error| constraint::of_details(&error.details).is_some());
        class.told_apart(names_constraint, self.bore_fingerprint)
    }

    /// The constraint of the policy that refuses, as Google names it; for people.
    pub fn constraint(&self) -> Option<&str> {
        let mut errors = self.errors.iter().filter(|_| self.class() == Class::Policy);
        errors
            .find_map(|error| constraint::of_details(&error.details).or(constraint::in_text(&error.message)))
    }
}

impl std::fmt::Display for OperationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: operation {}", self.mutation, self.operation)?;
        if !self.target.is_empty() {
            write!(f, " on {}", Excerpt(&self.target))?;
        }
        f.write_str(" failed")?;
        if let Some(status) = self.http_status {
            write!(f, " with HTTP {status}")?;
        }
        if !self.errors.is_empty() {
            let said =
                |error: &OperationErrorItem| format!("{}: {}", Excerpt(&error.code), remark(&error.message));
            write!(f, ": {}", listed(self.errors.iter().map(said), "; "))?;
        }
        for quota in self.errors.iter().filter_map(|error| quota::describe(&error.details)) {
            write!(f, "; {quota}")?;
        }
        if let Some(constraint) = self.constraint() {
            write!(f, "; the constraint is {}", Excerpt(constraint))?;
        }
        write!(f, "; {}", self.class().advice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gcp::types::Operation;

    #[test]
    fn an_operation_that_failed_names_object_code_and_way_out() {
        let operation: Operation = serde_json::from_str(
            r#"{"name":"operation-1","status":"DONE","operationType":"delete",
              "targetLink":"https://www.googleapis.com/compute/v1/projects/p/global/networks/n",
              "error":{"errors":[{"code":"RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
                "message":"The network resource 'projects/p/global/networks/n' is already being used by 'projects/p/global/firewalls/f'"}]},
              "httpErrorStatusCode":400,"httpErrorMessage":"BAD REQUEST"}"#,
        )
        .unwrap();
        let error = Error::Operation(Box::new(OperationError::of("delete network n", &operation).unwrap()));
        assert_eq!((error.class(), error.is_transient()), (Class::InUse, false));
        assert_eq!(
            error.to_string(),
            "delete network n: operation operation-1 on projects/p/global/networks/n failed with HTTP 400: \
             RESOURCE_IN_USE_BY_ANOTHER_RESOURCE: The network resource 'projects/p/global/networks/n' is already \
             being used by 'projects/p/global/firewalls/f'; remove what uses it first"
        );
    }

    #[test]
    fn a_precondition_that_fails_in_an_operation_is_a_race_only_where_there_was_a_fingerprint() {
        for failure in [
            r#""error":{"errors":[{"code":"CONDITION_NOT_MET","message":"constraints/compute.x is violated."}]}"#,
            r#""error":{"errors":[{"message":"constraints/compute.x is violated."}]},"httpErrorStatusCode":412"#,
        ] {
            let operation = format!(r#"{{"name":"o","status":"DONE",{failure}}}"#);
            let operation: Operation = serde_json::from_str(&operation).unwrap();
            let error = OperationError::of("insert subnetwork s", &operation).unwrap();
            assert_eq!((error.class(), error.constraint()), (Class::Policy, Some("constraints/compute.x")));
            let mut error = Error::Operation(Box::new(error.to_fingerprint(true)));
            assert_eq!((error.class(), error.constraint()), (Class::PreconditionFailed, None));
            error.rule_out_fingerprint();
            assert_eq!((error.class(), error.constraint()), (Class::Policy, Some("constraints/compute.x")));
        }
    }

    #[test]
    fn an_unknown_outcome_is_never_taken_for_an_absent_object() {
        let not_found = Error::Api(Box::new(ApiError::read(
            "GET global/operations/o",
            http::StatusCode::NOT_FOUND,
            &http::HeaderMap::new(),
            br#"{"error":{"code":404,"message":"m","errors":[{"reason":"notFound","message":"m"}]}}"#,
        )));
        assert_eq!(not_found.class(), Class::NotFound);
        for cause in [None, Some(Box::new(not_found))] {
            let error =
                Error::OutcomeUnknown { mutation: "delete route r".into(), operation: "o".into(), cause };
            assert_eq!(error.class(), Class::Other, "{error}");
        }
    }
}
