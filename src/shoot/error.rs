//! The errors of reading a shoot's API, and what keeps it from being read.

use planner::snapshot::Obstacle;
use planner::text::{Quoted, remark};
use thiserror::Error;

/// A shoot's API that could not be read, or not be understood.
#[derive(Debug, Error)]
pub enum ShootError {
    /// No Secret leads to the API.
    #[error("namespace {namespace} has neither a Secret gardener-internal nor a Secret gardener")]
    NoAccess {
        /// The namespace of the shoot's control plane.
        namespace: String,
    },
    /// The Secret that leads to the API could not be read.
    #[error("the way to the shoot's API is not known")]
    Seed(#[source] crate::kubernetes::Error),
    /// The seed did not say in time how the API is reached.
    #[error("the seed did not answer within {seconds} s for the Secret with the kubeconfig of the shoot")]
    SeedSilent {
        /// The time that it had.
        seconds: u64,
    },
    /// The kubeconfig is none that is used here.
    #[error("Secret {secret}: kubeconfig: {field} {problem}")]
    Kubeconfig {
        /// The namespace and the name of the Secret.
        secret: String,
        /// The path of the field.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// No client can be made of the kubeconfig.
    #[error("Secret {secret}: no client can be made of its kubeconfig")]
    Client {
        /// The namespace and the name of the Secret.
        secret: String,
        /// The error of the client library.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API answered with an error.
    #[error("cannot read {what} of the shoot: HTTP status {status}: {}", remark(.message))]
    Refused {
        /// What was asked for.
        what: String,
        /// The HTTP status.
        status: u16,
        /// What the API says.
        message: String,
    },
    /// The API did not answer, or not in time.
    #[error("cannot read {what} of the shoot")]
    Unanswered {
        /// What was asked for.
        what: String,
        /// The reason.
        #[source]
        source: tower::BoxError,
    },
    /// The reading as a whole took too long.
    #[error("cannot read {what} of the shoot within {seconds} s")]
    Slow {
        /// What was asked for.
        what: &'static str,
        /// The time that it had.
        seconds: u64,
    },
    /// The answer has not the form of its kind.
    #[error("{what} of the shoot cannot be read: {}", Quoted(.problem))]
    NotUnderstood {
        /// What was asked for.
        what: String,
        /// The reason why it cannot be decoded.
        problem: String,
    },
}

impl ShootError {
    /// What keeps the API from being read.
    pub fn obstacle(&self) -> Obstacle {
        match self {
            Self::NoAccess { .. } => Obstacle::NoAccess,
            Self::Refused { status: 401 | 403, .. } => Obstacle::Denied,
            Self::Seed(_)
            | Self::SeedSilent { .. }
            | Self::Kubeconfig { .. }
            | Self::Client { .. }
            | Self::Refused { .. }
            | Self::Unanswered { .. }
            | Self::Slow { .. }
            | Self::NotUnderstood { .. } => Obstacle::Silent,
        }
    }

    /// Whether the API says that there is no such object.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}
