//! What can be wrong with `status.state`.

use thiserror::Error;

use crate::text::Quoted;

/// A `status.state` that cannot be read. It is left as it is: what it lists may be all that is known of nodes without a route.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// Not an object, or of another group.
    #[error(
        "status.state has apiVersion {}, wanted {wanted:?}: it was written by another program and cannot be continued; have that program finish, or restore the state from a backup",
        Quoted(.found), wanted = crate::documents::names::PROVIDER_API_VERSION
    )]
    Foreign {
        /// The `apiVersion` found, empty if none.
        found: String,
    },
    /// A state of Terraform's that cannot be read.
    #[error(
        "status.state is a state of Terraform's, but {problem}: restore it from a backup, or remove it if Terraform manages no service account of the shoot"
    )]
    Terraform {
        /// What is wrong with it, without any of it.
        problem: String,
    },
    /// A field of the wrong type.
    #[error("status.state.{path} is {found}, wanted {wanted}: put it right by hand")]
    Type {
        /// Path below `status.state`.
        path: String,
        /// The JSON found, shortened.
        found: String,
        /// What should stand there.
        wanted: &'static str,
    },
}
