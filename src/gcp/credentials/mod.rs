//! Credentials as they lie in a Secret, and the token sources that they make.
//!
//! A service-account key signs its own tokens here. A workload identity has none: a token of somebody else's is exchanged
//! for one of Google's, over the same wire as all calls. Tokens go nowhere but to the hosts that [`Endpoints`] lets
//! them. No error and no `Debug` shows a value of the credentials beyond the project.
//!
//! | module | what it is |
//! |---|---|
//! | [`Credentials`] | the JSON, by its `type` |
//! | [`Digest`] | that by which the same credentials are known again |
//! | [`ServiceAccountKey`] | `service_account` |
//! | [`ExternalAccount`] | `external_account`: whom to ask, and for what |
//! | [`Endpoints`] | where tokens may be sent |
//! | [`SubjectTokens`] | where somebody else's token comes from |
//! | [`WorkloadIdentityTokens`] | exchange, impersonation, and the cache of their outcome |

mod digest;
mod document;
mod endpoints;
mod error;
mod exchange;
mod external_account;
mod kinds;
mod service_account;
mod subject_token;
mod workload_identity;

pub use digest::Digest;
pub use document::check_project;
pub use endpoints::Endpoints;
pub use error::{CredentialError, ExchangeStep};
pub use external_account::ExternalAccount;
pub use kinds::Credentials;
pub use service_account::{ServiceAccountKey, ServiceAccountTokens};
pub use subject_token::{SubjectToken, SubjectTokens};
pub use workload_identity::WorkloadIdentityTokens;

/// The OAuth scope for everything under `compute.googleapis.com`.
pub const COMPUTE_SCOPE: &str = "https://www.googleapis.com/auth/compute";

/// The OAuth scope for everything under `iam.googleapis.com`.
pub const IAM_SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// The least time between two tries of a key that failed for good, and between two replacements of a token that was refused.
const REBUILD_INTERVAL: std::time::Duration = std::time::Duration::from_secs(60);
