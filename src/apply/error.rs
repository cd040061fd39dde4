//! Why a step was not carried out.

use thiserror::Error;

/// A step that failed.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// A call to Google failed, or its operation did.
    #[error(transparent)]
    Cloud(#[from] crate::gcp::Error),
    /// A call to the seed failed.
    #[error(transparent)]
    Kubernetes(#[from] crate::kubernetes::Error),
}

impl ApplyError {
    /// Whether looking and planning again may be all that is needed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Cloud(error) => error.is_transient(),
            Self::Kubernetes(crate::kubernetes::Error::Changed { .. }) => true,
            Self::Kubernetes(_) => false,
        }
    }
}
