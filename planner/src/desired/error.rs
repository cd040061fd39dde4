//! What can be wrong with the documents that a target is built from.

use thiserror::Error;

use crate::text::{Excerpt, Quoted};

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
        Excerpt(.api_version), Excerpt(.kind), wanted = crate::documents::names::PROVIDER_API_VERSION
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
    /// A name that Google does not take.
    #[error(
        "{field}: {} is not a name: 1 to 63 lower-case letters, digits and dashes, a letter first, no dash last{hint}",
        Quoted(.value)
    )]
    Name {
        /// Path of the field.
        field: String,
        /// What stands there.
        value: String,
        /// What else is to be said of it.
        hint: &'static str,
    },
    /// A name of something of the shoot's own that Google does not take.
    #[error(
        "the {kind} {} would have a name that Google does not take: {over} too many of its 63 characters; all names derive from the \
         name of the shoot's Cluster, its technical ID, which has {length} characters and may have at most {most}{}",
        Excerpt(.name), if *.for_dual_stack { " for dual-stack" } else { "" }
    )]
    TooLong {
        /// What it is.
        kind: &'static str,
        /// The name.
        name: String,
        /// How many characters are too many.
        over: usize,
        /// How many the Cluster's name has.
        length: usize,
        /// How many it may have.
        most: usize,
        /// Whether the shoot shall be dual-stack, which needs longer names.
        for_dual_stack: bool,
    },
    /// A service account cannot be called like the shoot.
    #[error(
        "the shoot's service account would have the id {}, and Google takes ids of 6 to 30 characters: have shoots without service \
         accounts of their own (feature gate DisableGardenerServiceAccountCreation)",
        Quoted(.id)
    )]
    AccountId {
        /// The id.
        id: String,
    },
    /// A shoot that hosts itself.
    #[error(
        "the Cluster is called kube-system, as that of a shoot that hosts itself: its VMs and routes bear its technical ID, so what \
         is its own could not be told from what is another's, and this controller does not serve it"
    )]
    SelfHosted,
    /// An IP family that there is not.
    #[error("shoot.spec.networking.ipFamilies: {} is neither IPv4 nor IPv6", Quoted(.value))]
    Family {
        /// What stands there.
        value: String,
    },
    /// Credentials of another project than the one that the network is in.
    #[error(
        "the credentials are of the project {found}, but the shoot's network was made in {recorded}: nothing is done there or here; give \
         the shoot credentials of {recorded} again (or remove project from status.state.data, if nothing of the shoot is left there)",
        found = Excerpt(.found), recorded = Excerpt(.recorded)
    )]
    Project {
        /// The project of the credentials.
        found: String,
        /// The project that the state records.
        recorded: String,
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
