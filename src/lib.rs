//! The Infrastructure controller for Gardener shoots on Google Cloud.
//!
//! The folders read the way the data flows; each module says what it may not know.
//!
//! | module | what it does | may not know |
//! |---|---|---|
//! | [`api`] | objects of the API as others write them | what they mean |
//! | [`extension`] | the Gardener contract; calls the five stages | Google, beyond making a client of a Secret |
//! | [`observe`] | read: cloud, state, neighbours to a [`snapshot`] | what shall be done about it |
//! | [`apply`] | do: steps to effects | why |
//! | [`gcp`] | the wire to Google | Gardener |
//! | [`kubernetes`] | the wire to the seed | Google |
//! | [`leader`] | leader election, and the gate that only the leader passes | what the leader does |
//! | [`serving`] | health and metrics over HTTP | what the work is |
//! | [`environment`] | wall clock and randomness | everything |
//! | [`cli`] | the command line | how anything is done |
//!
//! What is pure, and so the stages that validate, decide and tell, are in the crate [`planner`].

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

pub use planner::desired as target;
pub use planner::text as excerpt;
pub use planner::{journal, plan, report, snapshot, vocabulary};
