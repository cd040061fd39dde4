//! Everything around the controller: what a seed, a garden and a kubelet would do, for tests and demonstrations.
//!
//! Nothing here uses the product's types. Objects are plain JSON, written and read as the rest of Gardener does it, so
//! that a misspelt field shows. One line per module:

/// Gardener's resource types as this project knows them, and the comparison with the real definitions.
pub mod crds;
/// Plain JSON by pointer.
pub mod json;
/// Child processes (API server, fake cloud, controller): started, watched, killed; nothing survives its owner.
pub mod processes;
/// The seed cluster: a real kube-apiserver, and one in memory for virtual time that behaves the same.
pub mod seed;
