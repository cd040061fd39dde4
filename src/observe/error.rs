//! What can go wrong while looking.

use thiserror::Error;

use crate::excerpt::Quoted;

/// The world could not be read, or not be understood.
#[derive(Debug, Error)]
pub enum ObserveError {
    /// A call to Google failed.
    #[error(transparent)]
    Cloud(#[from] crate::gcp::Error),
    /// The addresses that the configuration names could not be looked up.
    #[error("networks: Internal error: cannot look up the addresses that natIPNames names: {0}")]
    Addresses(#[source] crate::gcp::Error),
    /// A call to the seed failed.
    #[error(transparent)]
    Kubernetes(#[from] crate::kubernetes::Error),
    /// Google answered with something that this program does not understand.
    #[error("{object}: {field} is {}, which this version does not understand", Quoted(.value))]
    NotUnderstood {
        /// Kind and name.
        object: String,
        /// The field.
        field: &'static str,
        /// What stands there.
        value: String,
    },
}
