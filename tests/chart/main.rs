//! The Helm chart and the examples: what they render is in files, and says what the contract with Gardener demands.
//!
//! `UPDATE_GOLDEN=1 cargo test --test chart` writes the rendered charts anew; read the difference before you commit it.

#![cfg(test)]

mod deployment;
mod examples;
mod golden;
mod permissions;
mod rendered;
