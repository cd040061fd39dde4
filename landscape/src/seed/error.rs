//! What can go wrong with a seed as a whole; single requests fail with kube's own errors.

use std::path::PathBuf;
use std::time::Duration;

use crate::processes::ProcessError;

/// Failure to start or prepare a seed.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Its process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A request to it.
    #[error("{action}: {source}")]
    Api {
        /// What was tried.
        action: String,
        /// The API server's answer.
        source: Box<kube::Error>,
    },
    /// The kubeconfig does not lead to a client.
    #[error("kubeconfig {}: {source}", path.display())]
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<kube::config::KubeconfigError>,
    },
    /// A definition was accepted, but its resources are not served.
    #[error("{definition}: not served within {} s of its creation", waited.as_secs())]
    NotServed {
        /// Name of the definition.
        definition: String,
        /// How long was waited.
        waited: Duration,
    },
    /// A definition of ours is not what Kubernetes takes.
    #[error("definition {definition}: {cause}")]
    Definition {
        /// Name of the definition, as far as it is known.
        definition: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The rendered chart is not what makes an identity.
    #[error("the rendered chart: {cause}")]
    Chart {
        /// What is wrong with it.
        cause: String,
    },
    /// The API server does not let the controller do what the chart grants.
    #[error("not allowed within {} s of its roles' creation: {request}", waited.as_secs())]
    NotGranted {
        /// What was refused.
        request: String,
        /// How long was waited.
        waited: Duration,
    },
}

impl SeedError {
    pub(super) fn api(action: impl Into<String>) -> impl FnOnce(kube::Error) -> Self {
        move |source| Self::Api { action: action.into(), source: Box::new(source) }
    }
}
