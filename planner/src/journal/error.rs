//! Errors in `status.state`.

use thiserror::Error;

use crate::text::Quoted;

/// A `status.state` that cannot be decoded. It is never overwritten, because it may hold all that is known of nodes without a
/// route.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// The document is no object, or has an API version of another program.
    #[error(
        "status.state has apiVersion {}, wanted {wanted:?}: it was written by another program and cannot be continued; have that program finish, or restore the state from a backup",
        Quoted(.found), wanted = crate::documents::names::PROVIDER_API_VERSION
    )]
    Foreign {
        /// The `apiVersion` found; empty if there is none.
        found: String,
    },
    /// The document is a state of Terraform that cannot be decoded.
    #[error(
        "status.state is a state of Terraform's, but {problem}: restore it from a backup, or remove it if Terraform manages no service account of the shoot"
    )]
    Terraform {
        /// The problem, without any text of the state, which may hold keys.
        problem: String,
    },
    /// A field has the wrong type.
    #[error("status.state.{path} is {found}, wanted {wanted}: put it right by hand")]
    Type {
        /// The path of the field, below `status.state`.
        path: String,
        /// The JSON found, as an excerpt.
        found: String,
        /// The expected form, in words.
        wanted: &'static str,
    },
}
