//! The life of an Infrastructure as the integration suite of Gardener's own extension for Google Cloud tells it, and what
//! that suite overlooks: the controller's binary, a real kube-apiserver and the fake cloud, as processes.
//!
//! All tests share one landscape; each has a namespace and a project of its own.

#![cfg(test)]

mod case;
mod cases;
mod configuration;
mod environment;
mod events;
mod expected;
mod identity;
mod issuer;
mod rotation;
mod secrecy;
mod shoot;
mod words;
