//! Errors of an observation, and what it can do without.

use planner::snapshot::{Obstacle, Reading};
use planner::text::{Quoted, chain};
use thiserror::Error;

use crate::gcp::{Class, Error};

/// A source that could not be read, or not be understood.
#[derive(Debug, Error)]
pub enum ObserveError {
    /// A call to Google failed.
    #[error(transparent)]
    Cloud(#[from] Error),
    /// The addresses that the configuration names could not be looked up.
    #[error("networks: Internal error: cannot look up the addresses that natIPNames names: {0}")]
    Addresses(#[source] Error),
    /// A call to the seed failed.
    #[error(transparent)]
    Kubernetes(#[from] crate::kubernetes::Error),
    /// Google answered with something that this program does not understand.
    #[error("{object}: {field} is {}, which this version does not understand", Quoted(.value))]
    NotUnderstood {
        /// Kind and name of the resource.
        object: String,
        /// The path of the field, as the API spells it.
        field: &'static str,
        /// The text that stands there.
        value: String,
    },
}

/// The items of an optional list; `None` if it is forbidden, throttled or unavailable, which is logged as `problem`.
pub(super) fn if_listed<T>(list: Result<Vec<T>, Error>, problem: &str) -> Result<Option<Vec<T>>, Error> {
    match list {
        Err(error) if matches!(error.class(), Class::Forbidden | Class::Unavailable | Class::Throttled) => {
            tracing::warn!(error = %chain(&error), "{problem}");
            Ok(None)
        }
        list => list.map(Some),
    }
}

/// What a decision can do without: whatever keeps it from being read is a value, and is logged as `problem`.
///
/// # Errors
/// A name that could not be sent: that is no obstacle of Google's.
pub(super) fn reading<T>(result: Result<T, ObserveError>, problem: &str) -> Result<Reading<T>, ObserveError> {
    let error = match result {
        Ok(value) => return Ok(Reading::Known(value)),
        Err(error @ ObserveError::Cloud(Error::Name { .. })) => return Err(error),
        Err(error) => error,
    };
    tracing::warn!(error = %chain(&error), "{problem}");
    Ok(Reading::Unknown(match &error {
        ObserveError::Cloud(error) => obstacle(error),
        ObserveError::Addresses(_) | ObserveError::Kubernetes(_) | ObserveError::NotUnderstood { .. } => {
            Obstacle::Silent
        }
    }))
}

/// What kept a call to Google from being answered.
pub(super) fn obstacle(error: &Error) -> Obstacle {
    match error.class() {
        Class::Forbidden | Class::Policy => Obstacle::Denied,
        Class::ApiDisabled => Obstacle::Off,
        _ => Obstacle::Silent,
    }
}
