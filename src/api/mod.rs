//! Wire types as others write them: Gardener's `Infrastructure` and `Cluster`, and the provider's own documents inside them.
//!
//! Shapes only. No logic, no defaults that decide anything, no I/O: what a value means is said in [`crate::target`].

pub mod cluster;
pub mod config;
pub mod infrastructure;
pub mod names;
pub(crate) mod null;
pub mod object;
pub mod provider_status;
