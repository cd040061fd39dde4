//! Documents as other programs write them: Gardener's `Infrastructure` and `Cluster`, and the provider's documents inside them.
//!
//! The types describe the shape only: no logic, and no defaults that decide anything. Their meaning is given by
//! [`crate::desired`].

pub mod cluster;
pub mod config;
mod document;
pub mod infrastructure;
pub mod names;
pub mod null;
pub mod provider_status;
