//! The planner: a pure function from the desired network of a shoot and the observed one to the steps between them.
//!
//! The crate depends on no client, no runtime and no clock, so the compiler enforces that a decision is a function of values.
//!
//! | module | what it holds | depends on, besides text and vocabulary |
//! |---|---|---|
//! | [`text`] | texts of other programs, bounded and escaped for display | nothing |
//! | [`vocabulary`] | shared terms: names, VMs, purposes of subnets, milestones | nothing |
//! | [`documents`] | documents of the Kubernetes API, as other programs write them | nothing |
//! | [`journal`] | the pending work of a migration, as stored in `status.state` | documents |
//! | [`desired`] | the desired network, validated from the documents | documents |
//! | [`snapshot`] | the observed network, as plain data | journal, desired |
//! | [`plan`] | the decision that follows from target and snapshot | all of these |
//! | [`report`] | the status for Gardener, the plan as text and JSON | all of these |

pub mod desired;
pub mod documents;
pub mod journal;
pub mod plan;
pub mod report;
pub mod snapshot;
pub mod text;
pub mod vocabulary;
