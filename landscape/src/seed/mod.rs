//! The seed: the Kubernetes cluster in which the Infrastructure and its neighbours live.
//!
//! Two of them behave the same, as one table of behaviours shows: [`RealSeed`] is etcd and kube-apiserver,
//! [`MemorySeed`] answers in process, without sockets and without a clock of its own. Both hand out a
//! [`kube::Client`]; what is done through it is the same code.

mod error;
mod identity;
mod install;
mod kubeconfig;
pub mod memory;
mod real;

pub use error::SeedError;
pub use install::{create_namespace, install_definitions};
pub use memory::MemorySeed;
pub use real::{Access, RealSeed};
