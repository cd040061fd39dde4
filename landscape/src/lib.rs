//! Everything around the controller: what a seed, a garden and a kubelet would do, for tests and demonstrations.
//!
//! Nothing here uses the product's types. Objects are plain JSON, written and read as the rest of Gardener does it, so
//! that a misspelt field shows. One line per module:

/// The commands `demo` and `matrix`: child processes, rendering, results.
pub mod cli;
/// Compute as the stand-ins use it, and the fake's own API.
pub mod cloud;
/// Gardener's resource types as this project knows them, and the comparison with the real definitions.
pub mod crds;
/// The story of one shoot that becomes dual-stack, and what came of it.
pub mod journey;
/// Plain JSON by pointer.
pub mod json;
/// The parts of Gardener around the controller: gardenlet, machine controller, cloud-controller-manager and others.
pub mod neighbours;
/// Child processes (API server, fake cloud, controller): started, watched, killed; nothing survives its owner.
pub mod processes;
/// The seed cluster: a real kube-apiserver, and one in memory for virtual time that behaves the same.
pub mod seed;
/// Seed, cloud and credential, started and made known to each other.
pub mod setting;
/// Time: wall time for timestamps, scaled or virtual time for waits.
pub mod time;
/// HTTP to the cloud, over a socket or in process.
pub mod wire;
