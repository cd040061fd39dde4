//! Errors of steps.

use thiserror::Error;

use crate::gcp::Class;

/// The error of a step that was not carried out, or not confirmed.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// A call to Google failed, or the operation that it began.
    #[error(transparent)]
    Cloud(#[from] crate::gcp::Error),
    /// The name is taken by a resource in another VPC.
    #[error(
        "{object} exists already, in the VPC {network} and not in {wanted}: it is not this shoot's; delete it there, or give the \
         shoot another VPC or project"
    )]
    Elsewhere {
        /// The kind and the name of the resource.
        object: String,
        /// The path of the VPC that the resource is in.
        network: String,
        /// The path of the VPC that the resource should be in.
        wanted: String,
    },
    /// The step needs credentials for Google Cloud, and there are none.
    #[error("the cloud cannot be reached without credentials")]
    NoCloud,
    /// The NATs of a router were changed by somebody else after they were read.
    #[error("router {region}/{router} was changed by somebody else since it was read: it is read again")]
    RouterChanged {
        /// The region of the router.
        region: String,
        /// The name of the router.
        router: String,
    },
    /// A change of the router for another shoot of this process takes too long.
    #[error(
        "router {region}/{router} is being changed for another shoot, which takes long: it is tried again"
    )]
    RouterBusy {
        /// The region of the router.
        region: String,
        /// The name of the router.
        router: String,
    },
    /// A call to the seed's API server failed.
    #[error(transparent)]
    Kubernetes(#[from] crate::kubernetes::Error),
}

impl ApplyError {
    /// Whether the step certainly had no effect and will have none: it was refused, or never sent.
    pub fn was_refused(&self) -> bool {
        match self {
            Self::Cloud(crate::gcp::Error::Api(error)) => {
                (400..500).contains(&error.status) && error.class() != Class::Unavailable
            }
            Self::Cloud(error @ crate::gcp::Error::Operation(_)) => error.class() != Class::Unavailable,
            Self::Cloud(error) => error.was_not_sent(),
            Self::NoCloud | Self::Elsewhere { .. } => true,
            Self::RouterChanged { .. } | Self::RouterBusy { .. } | Self::Kubernetes(_) => false,
        }
    }

    /// Whether observing and planning again may be enough.
    pub fn is_transient(&self) -> bool {
        match self {
            // A resource that vanished is missing in the next observation; one that is in use may be used by something that was
            // deleted just now.
            Self::Cloud(error) => {
                error.is_transient() || matches!(error.class(), Class::NotFound | Class::InUse)
            }
            Self::NoCloud | Self::Elsewhere { .. } => false,
            Self::RouterChanged { .. } | Self::RouterBusy { .. } => true,
            Self::Kubernetes(error) => {
                matches!(
                    error,
                    crate::kubernetes::Error::Changed { .. } | crate::kubernetes::Error::Missing { .. }
                )
            }
        }
    }
}
