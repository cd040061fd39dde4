//! Why a step was not carried out.

use thiserror::Error;

use crate::gcp::Class;

/// A step that failed.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// A call to Google failed, or its operation did.
    #[error(transparent)]
    Cloud(#[from] crate::gcp::Error),
    /// The name is taken by an object of another VPC.
    #[error(
        "{object} exists already, in the VPC {network} and not in {wanted}: it is not this shoot's; delete it there, or give the \
         shoot another VPC or project"
    )]
    Elsewhere {
        /// Its kind and name.
        object: String,
        /// The path of the VPC that it is in.
        network: String,
        /// The path of the VPC that it should be in.
        wanted: String,
    },
    /// There are no credentials to reach the cloud with.
    #[error("the cloud cannot be reached without credentials")]
    NoCloud,
    /// Somebody else changed the NATs of a router since they were read.
    #[error("router {region}/{router} was changed by somebody else since it was read: it is read again")]
    RouterChanged {
        /// Its region.
        region: String,
        /// Its name.
        router: String,
    },
    /// Another shoot of this process changes the router, and does not come to an end.
    #[error(
        "router {region}/{router} is being changed for another shoot, which takes long: it is tried again"
    )]
    RouterBusy {
        /// Its region.
        region: String,
        /// Its name.
        router: String,
    },
    /// A call to the seed failed.
    #[error(transparent)]
    Kubernetes(#[from] crate::kubernetes::Error),
}

impl ApplyError {
    /// Whether the step surely had no effect and will have none: it was refused, or never sent.
    pub fn was_refused(&self) -> bool {
        match self {
            Self::Cloud(crate::gcp::Error::Api(error)) => {
                (400..500).contains(&error.status) && error.class() != Class::Unavailable
            }
            Self::Cloud(error @ crate::gcp::Error::Operation(_)) => error.class() != Class::Unavailable,
            Self::Cloud(error) => error.was_not_sent(),
            Self::NoCloud | Self::Elsewhere { .. } => true,
            _ => false,
        }
    }

    /// Whether looking and planning again may be all that is needed.
    pub fn is_transient(&self) -> bool {
        match self {
            // What vanished between the look and the step is seen to be gone by the next look; what is in use may be so by
            // something of ours that has just been deleted.
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
