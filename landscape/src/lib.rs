//! The surroundings of the controller: what a seed, a garden and a kubelet would do, for tests and demonstrations.
//!
//! Nothing here uses the product's types. Objects are plain JSON, written and read as the rest of Gardener does it, so
//! that a misspelt field shows.
//!
//! | module | what it is |
//! |---|---|
//! | [`cli`] | The commands `demo`, `matrix` and `journey`: child processes, rendering, results. |
//! | [`cloud`] | Compute as the stand-ins use it, and the fake's own API. |
//! | [`crds`] | Gardener's resource types as this project knows them, and the comparison with the real definitions. |
//! | [`journey`] | The whole way of a shoot to dual-stack with the real cloud-controller-manager: migration, roll-out, activation. |
//! | [`json`] | Plain JSON by pointer. |
//! | [`migration`] | The story of one shoot that becomes dual-stack, and what came of it. |
//! | [`neighbours`] | The parts of Gardener around the controller: gardenlet, machine controller, cloud-controller-manager and others. |
//! | [`processes`] | Child processes (API server, fake cloud, controller): started, watched, killed; nothing survives its owner. |
//! | [`seed`] | The seed cluster: a real kube-apiserver, and one in memory for virtual time that behaves the same. |
//! | [`setting`] | Seed, cloud and credential, started and made known to each other. |
//! | [`time`] | Time: wall time for timestamps, scaled or virtual time for waits. |
//! | [`wire`] | HTTP to the cloud, over a socket or in process. |

pub mod cli;
pub mod cloud;
pub mod crds;
pub mod journey;
pub mod json;
pub mod migration;
pub mod neighbours;
pub mod processes;
pub mod seed;
pub mod setting;
pub mod time;
pub mod wire;
