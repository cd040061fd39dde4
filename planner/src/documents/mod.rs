//! Documents as others write them: the parts of Gardener's `Infrastructure` and `Cluster`, and the provider's own documents inside them.
//!
//! Shapes only. No logic, no defaults that decide anything: what a value means is said in [`crate::desired`].

pub mod cluster;
pub mod config;
mod document;
pub mod infrastructure;
pub mod names;
pub mod null;
pub mod provider_status;
