//! Errors of a seed as a whole; single requests fail with kube's own errors.

use std::path::PathBuf;
use std::time::Duration;

use crate::processes::ProcessError;

/// Reason why a seed could not be started or prepared.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The seed's process failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A request to the seed failed.
    #[error("{action}: {source}")]
    Api {
        /// The action that was tried, in words.
        action: String,
        /// The API server's answer.
        source: Box<kube::Error>,
    },
    /// The kubeconfig does not lead to a client.
    #[error("kubeconfig {}: {source}", path.display())]
    Kubeconfig {
        /// Path of the kubeconfig.
        path: PathBuf,
        /// Error of the client library.
        source: Box<kube::config::KubeconfigError>,
    },
    /// A definition was accepted, but its resources are not served.
    #[error("{definition}: not served within {} s of its creation", waited.as_secs())]
    NotServed {
        /// Name of the definition.
        definition: String,
        /// Length of the wait.
        waited: Duration,
    },
    /// A definition of ours is not what Kubernetes takes.
    #[error("definition {definition}: {cause}")]
    Definition {
        /// Name of the definition, as far as it is known.
        definition: String,
        /// The reason why it is wrong.
        cause: String,
    },
    /// The rendered chart is not what makes an identity.
    #[error("the rendered chart: {cause}")]
    Chart {
        /// The reason why it is wrong.
        cause: String,
    },
    /// The API server does not let the controller do what the chart grants.
    #[error("not allowed within {} s of its roles' creation: {request}", waited.as_secs())]
    NotGranted {
        /// Request that was refused, in words.
        request: String,
        /// Length of the wait.
        waited: Duration,
    },
}

impl SeedError {
    pub(super) fn api(action: impl Into<String>) -> impl FnOnce(kube::Error) -> Self {
        move |source| Self::Api { action: action.into(), source: Box::new(source) }
    }
}
