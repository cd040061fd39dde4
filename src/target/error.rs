//! What can be wrong with the documents that a target is built from.

use thiserror::Error;

use crate::excerpt::{Excerpt, Quoted};

/// A document that says something impossible. Nothing was changed; the named field has to be put right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// `spec.providerConfig` is missing.
    #[error("spec.providerConfig is missing: give it an InfrastructureConfig")]
    NoConfig,
    /// `spec.providerConfig` cannot be decoded.
    #[error("spec.providerConfig cannot be decoded as InfrastructureConfig: {0}")]
    Config(String),
    /// `spec.providerConfig` is of another kind.
    #[error(
        "spec.providerConfig is {} {}, wanted {wanted} InfrastructureConfig",
        Excerpt(.api_version), Excerpt(.kind), wanted = crate::api::names::PROVIDER_API_VERSION
    )]
    Kind {
        /// The `apiVersion` found.
        api_version: String,
        /// The `kind` found.
        kind: String,
    },
    /// A field that is needed is missing or empty.
    #[error("{field} is missing: {needed_for}")]
    Missing {
        /// Path of the field.
        field: &'static str,
        /// Why it is needed.
        needed_for: &'static str,
    },
    /// Another VPC than the one that the network is in.
    #[error(
        "spec.providerConfig.networks.vpc.name asks for the VPC {wanted}, but the shoot's network is in {reported}, and a network \
         cannot move: ask for {reported} again, by leaving the field out if that is the shoot's own",
        wanted = Excerpt(.wanted), reported = Excerpt(.reported)
    )]
    Moved {
        /// The VPC that is asked for.
        wanted: String,
        /// The VPC that was reported.
        reported: String,
    },
    /// An IP family that there is not.
    #[error("shoot.spec.networking.ipFamilies: {} is neither IPv4 nor IPv6", Quoted(.value))]
    Family {
        /// What stands there.
        value: String,
    },
    /// A range that is none.
    #[error("{field}: {} is not an IPv4 range in CIDR form: {reason}", Quoted(.value))]
    Range {
        /// Path of the field.
        field: &'static str,
        /// What stands there.
        value: String,
        /// What the parser says.
        reason: String,
    },
}
