//! The Infrastructure controller for Gardener shoots on Google Cloud.
//!
//! The folders read the way the data flows; each module says what it may not know.
//!
//! | module | what it does | may not know |
//! |---|---|---|
//! | [`api`] | wire types as others write them | what they mean |
//! | [`extension`] | the Gardener contract; calls the five stages | Google, beyond making a client of a Secret |
//! | [`target`] | validate: documents to what shall be | clients, clock, runtime |
//! | [`observe`] | read: cloud, state, neighbours to a [`snapshot`] | what shall be done about it |
//! | [`snapshot`] | what was seen, as plain data | clients, clock, runtime |
//! | [`plan`] | decide: (target, snapshot) to a decision | clients, clock, runtime |
//! | [`apply`] | do: steps to effects | why |
//! | [`report`] | tell: status and plan text | clients, clock, runtime |
//! | [`journal`] | the pending work as a pure type | clients, clock, runtime |
//! | [`gcp`] | the wire to Google | Gardener |
//! | [`kubernetes`] | the wire to the seed | Google |
//! | [`leader`] | leader election, and the gate that only the leader passes | what the leader does |
//! | [`serving`] | health and metrics over HTTP | what the work is |
//! | [`excerpt`] | what others wrote, as far as it may be shown | everything |
//! | [`environment`] | wall clock and randomness | everything |
//! | [`cli`] | the command line | how anything is done |

pub mod api;
pub mod apply;
pub mod cli;
pub mod environment;
pub mod excerpt;
pub mod extension;
pub mod gcp;
pub mod journal;
pub mod kubernetes;
pub mod leader;
pub mod observe;
pub mod plan;
pub mod report;
pub mod serving;
pub mod snapshot;
pub mod target;
