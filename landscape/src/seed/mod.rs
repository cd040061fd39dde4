//! The seed: the Kubernetes cluster in which the Infrastructure and its neighbours live.
//!
//! [`RealSeed`] is etcd and kube-apiserver. It hands out a [`kube::Client`].

mod error;
mod install;
mod kubeconfig;
mod real;

pub use error::SeedError;
pub use install::{create_namespace, install_definitions};
pub use real::RealSeed;
