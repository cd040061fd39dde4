//! The self-check of plans: what it must refuse, as files, and mutants of all golden plans.

#![cfg(test)]

mod edit;
mod mutation;
mod refused;
mod tree;
#[path = "../worlds/mod.rs"]
mod worlds;
