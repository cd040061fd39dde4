//! The wire to Google: Compute Engine v1 over HTTP, for the calls that a VPC needs, and a few calls of other APIs.
//!
//! It knows no Gardener and no Kubernetes, decides nothing, and keeps nothing between calls but connections, tokens
//! and the list of operations in flight. Errors are classified by status, reason and code, never by text.
//!
//! | module | what it is |
//! |---|---|
//! | [`Wire`] | the service stack of an attempt: permission, time, user agent, meter, transport |
//! | [`transport`] | its bottom: a request in, a response out; sockets in production, an engine in a simulation |
//! | [`token`], [`credentials`] | where the `Authorization` header comes from |
//! | [`error`] | what can go wrong, and its class |
//! | [`policy`] | every number of the retry rule and of polling |
//! | [`types`] | what the API writes whatever the kind: operations, quotas, ids and URLs |
//! | [`mutation`] | a change as an inert value |
//! | `path`, `filter` | where a name from elsewhere is one segment, or one value, and never more |
//! | [`client`] | the calls: reads, lists, and `run` for a mutation |
//! | [`iam`] | the few calls of another API: service accounts |
//! | [`resource_manager`] | another one: the permissions of the credentials |
//! | [`network_connectivity`] | another one: reserved ranges and policy-based routes |

mod attempt;
mod call;
pub mod client;
mod clients;
mod config;
mod countdown;
pub mod credentials;
pub mod error;
mod filter;
pub mod iam;
mod list;
pub mod mutation;
pub mod network_connectivity;
mod operations;
mod path;
mod permissions;
pub mod policy;
mod reads;
pub mod resource_manager;
mod retry;
mod stack;
pub mod token;
pub mod transport;
pub mod types;

pub use client::{Compute, Done};
pub use clients::Clients;
pub use config::Config;
pub use error::{Class, Error};
pub use filter::Filter;
pub use iam::Iam;
pub use mutation::Mutation;
pub use network_connectivity::NetworkConnectivity;
pub use path::{BadName, Path};
pub use policy::Policy;
pub use reads::{Extent, Query};
pub use resource_manager::ResourceManager;
pub use stack::{Link, Part, Wire};
pub use token::TokenSource;
pub use transport::Transport;

#[cfg(test)]
pub(crate) mod tests;
