//! Errors of the stand-ins.

use crate::cloud::CloudError;

/// Shorthand for results of stand-ins.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Reason why a stand-in could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kube-apiserver refused or did not answer.
    #[error("{action} {object}: {source}")]
    Kube {
        /// Verb that was tried: `get`, `create`, `patch`, …
        action: &'static str,
        /// Kind and name of the object.
        object: String,
        /// Error of the Kubernetes client.
        #[source]
        source: Box<kube::Error>,
    },
    /// The cloud refused or did not answer.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// An object written here is no Kubernetes object, or one read lacks a field that it must have.
    #[error("{object}: field {field} is missing or malformed")]
    Field {
        /// Kind and name of the object.
        object: String,
        /// Path of the field in the object.
        field: &'static str,
    },
    /// A watch does not report what a list shows.
    #[error("the watch of Infrastructures is more than {seconds} s behind")]
    Watch {
        /// Length of the wait on the wall clock, in seconds.
        seconds: u64,
    },
    /// A service account key could not be made.
    #[error("RSA key generation failed in the cryptographic library")]
    Key,
    /// A stand-in needs more pod ranges than the shoot's pod range holds.
    #[error("pod range {pods} has no /24 number {index}; use fewer nodes or a wider range")]
    PodRange {
        /// Pod range of the shoot, as a CIDR.
        pods: String,
        /// Zero-based number of the node.
        index: u32,
    },
    /// No cloud-controller-manager gives a Node its pod range.
    #[error("Node {node} got no pod range within {seconds} s: is the cloud-controller-manager at work?")]
    NoPodRange {
        /// Name of the Node.
        node: String,
        /// Length of the wait on the wall clock, in seconds.
        seconds: u64,
    },
}

impl Error {
    /// True if Kubernetes says that the object does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Kube { source, .. } if matches!(source.as_ref(), kube::Error::Api(status) if status.code == 404))
    }

    /// Why Kubernetes calls the object invalid, if it does.
    pub fn invalid(&self) -> Option<&str> {
        let Self::Kube { source, .. } = self else { return None };
        match source.as_ref() {
            kube::Error::Api(status) if status.code == 422 => Some(&status.message),
            _ => None,
        }
    }
}
