//! Errors in the documents that a target is built from.

use thiserror::Error;

use crate::text::{Excerpt, Quoted};

/// An invalid document. Nothing was changed in the cloud; the field that is named has to be corrected.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// `spec.providerConfig` is missing.
    #[error("spec.providerConfig is missing: give it an InfrastructureConfig")]
    NoConfig,
    /// `spec.providerConfig` cannot be decoded.
    #[error("spec.providerConfig cannot be decoded as InfrastructureConfig: {0}")]
    Config(String),
    /// `spec.providerConfig` is a document of another kind.
    #[error(
        "spec.providerConfig is {} {}, wanted {wanted} InfrastructureConfig",
        Excerpt(.api_version), Excerpt(.kind), wanted = crate::documents::names::PROVIDER_API_VERSION
    )]
    Kind {
        /// The `apiVersion` found; empty if there is none.
        api_version: String,
        /// The `kind` found; empty if there is none.
        kind: String,
    },
    /// A required field is missing or empty.
    #[error("{field} is missing: {needed_for}")]
    Missing {
        /// The path of the field.
        field: &'static str,
        /// The reason why it is required, in words.
        needed_for: &'static str,
    },
    /// The configured VPC differs from the one in which the network was made.
    #[error(
        "spec.providerConfig.networks.vpc.name asks for the VPC {wanted}, but the shoot's network is in {reported}, and a network \
         cannot move: ask for {reported} again, by leaving the field out if that is the shoot's own",
        wanted = Excerpt(.wanted), reported = Excerpt(.reported)
    )]
    Moved {
        /// The name of the configured VPC.
        wanted: String,
        /// The name of the VPC in the last report.
        reported: String,
    },
    /// A name has a form that Google does not accept.
    #[error(
        "{field}: {} is not a name: 1 to 63 lower-case letters, digits and dashes, a letter first, no dash last{hint}",
        Quoted(.value)
    )]
    Name {
        /// The path of the field.
        field: String,
        /// The value found.
        value: String,
        /// A hint that is appended to the message; empty if there is none.
        hint: &'static str,
    },
    /// A name derived from the Cluster's name would be longer than Google accepts.
    #[error(
        "the {kind} {} would have a name that Google does not take: {over} too many of its 63 characters; all names derive from the \
         name of the shoot's Cluster, its technical ID, which has {length} characters and may have at most {most}{}",
        Excerpt(.name), if *.for_dual_stack { " for dual-stack" } else { "" }
    )]
    TooLong {
        /// The kind of the resource, for people.
        kind: &'static str,
        /// The name that is too long.
        name: String,
        /// The number of characters beyond the limit.
        over: usize,
        /// The number of characters of the Cluster's name.
        length: usize,
        /// The number of characters that the Cluster's name may have.
        most: usize,
        /// Whether the shoot shall be dual-stack, which needs longer names.
        for_dual_stack: bool,
    },
    /// The Cluster's name has a length that the id of a service account cannot have.
    #[error(
        "the shoot's service account would have the id {}, and Google takes ids of 6 to 30 characters: have shoots without service \
         accounts of their own (feature gate DisableGardenerServiceAccountCreation)",
        Quoted(.id)
    )]
    AccountId {
        /// The id, which is the Cluster's name.
        id: String,
    },
    /// The Cluster belongs to a shoot that hosts itself.
    #[error(
        "the Cluster is called kube-system, as that of a shoot that hosts itself: its VMs and routes bear its technical ID, so what \
         is its own could not be told from what is another's, and this controller does not serve it"
    )]
    SelfHosted,
    /// An IP family is neither `IPv4` nor `IPv6`.
    #[error("shoot.spec.networking.ipFamilies: {} is neither IPv4 nor IPv6", Quoted(.value))]
    Family {
        /// The value found.
        value: String,
    },
    /// The credentials belong to another project than the one in which the network was made.
    #[error(
        "the credentials are of the project {found}, but the shoot's network was made in {recorded}: nothing is done there or here; give \
         the shoot credentials of {recorded} again (or remove project from status.state.data, if nothing of the shoot is left there)",
        found = Excerpt(.found), recorded = Excerpt(.recorded)
    )]
    Project {
        /// The project of the credentials.
        found: String,
        /// The project recorded in `status.state`.
        recorded: String,
    },
    /// A range cannot be parsed.
    #[error("{field}: {} is not an IPv4 range in CIDR form: {reason}", Quoted(.value))]
    Range {
        /// The path of the field.
        field: &'static str,
        /// The value found.
        value: String,
        /// The parser's reason.
        reason: String,
    },
}
