//! The Infrastructure controller for Gardener shoots on Google Cloud.
//!
//! The folders are in the order in which data flows. The header of each module says what it must not depend on.
//!
//! | module | what it does | does not depend on |
//! |---|---|---|
//! | [`api`] | objects of the API as other programs write them | their meaning |
//! | [`extension`] | the contract with Gardener; calls the five stages | Google, beyond creating a client from a Secret |
//! | [`observe`] | the observe stage: reads cloud, state and neighbours into a [`snapshot`](planner::snapshot) | what shall be done about it |
//! | [`apply`] | the apply stage: carries out steps | why they are wanted |
//! | [`gcp`] | the client of Google Cloud | Gardener, Kubernetes |
//! | [`kubernetes`] | the client of the seed | Google |
//! | [`shoot`] | the clients of the shoots' own APIs, which only read | Google |
//! | [`leader`] | leader election, and the gate that only the leader passes | what the leader does |
//! | [`serving`] | health and metrics over HTTP | what the work is |
//! | [`environment`] | wall clock and randomness | everything else |
//! | [`cli`] | the command line | how anything is done |
//!
//! The stages that validate, plan and report are pure, and in the crate [`planner`].

pub mod api;
pub mod apply;
pub mod cli;
pub mod environment;
pub mod extension;
pub mod gcp;
pub mod kubernetes;
pub mod leader;
pub mod observe;
pub mod serving;
pub mod shoot;
#[cfg(test)]
#[path = "../tests/log/mod.rs"]
mod test_log;
