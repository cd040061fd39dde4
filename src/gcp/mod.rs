//! The wire to Google: Compute Engine v1 over HTTP, for the calls that a VPC needs.
//!
//! It knows no Gardener and no Kubernetes, decides nothing, and keeps nothing between calls but connections, tokens
//! and the list of operations in flight. Errors are classified by status, reason and code, never by text.
//!
//! | module | what it is |
//! |---|---|
//! | [`transport`] | the seam: a request in, a response out; sockets in production, an engine in a simulation |
//! | [`token`], [`credentials`] | where the `Authorization` header comes from |
//! | [`error`] | what can go wrong, and its class |
//! | [`policy`] | every number of the retry rule and of polling |
//! | [`types`] | resources as the API writes them |
//! | [`mutation`] | a change as an inert value |
//! | [`client`] | the calls: reads, lists, and `run` for a mutation |

mod call;
pub mod client;
pub mod credentials;
pub mod error;
mod list;
pub mod mutation;
mod operations;
pub mod policy;
mod retry;
pub mod token;
pub mod transport;
pub mod types;

pub use client::{Compute, Done};
pub use error::{Class, Error};
pub use mutation::Mutation;
pub use policy::Policy;
pub use token::TokenSource;
pub use transport::Transport;

#[cfg(test)]
mod tests;
