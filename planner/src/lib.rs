//! The planner: what a shoot's network shall be, what is there, and what follows from both. Pure.
//!
//! The crate depends on no client, no runtime and no clock, so that the compiler holds what the design promises: a decision is a
//! function of values.
//!
//! | module | what it holds | what it builds on |
//! |---|---|---|
//! | [`text`] | texts of others, as far as they may be shown | nothing |
//! | [`vocabulary`] | words that all share: names, VMs, purposes, milestones | nothing |
//! | [`documents`] | documents as others write them | nothing |
//! | [`journal`] | the pending work, as `status.state` holds it | documents |
//! | [`desired`] | what shall be: documents become a target | documents |
//! | [`snapshot`] | what was seen, as plain data | journal, desired |
//! | [`plan`] | (target, snapshot) to a decision | all of these |
//! | [`report`] | status, plan text | all of these |

pub mod desired;
pub mod documents;
pub mod journal;
pub mod plan;
pub mod report;
pub mod snapshot;
pub mod text;
pub mod vocabulary;
