//! Validate: from what others wrote (`Infrastructure`, `Cluster`) to what this shoot's network shall be. Pure.
//!
//! Parse, don't validate: names, ranges and families become types here, and no later stage sees the raw documents.
//! May not know: any client, the clock, the runtime, what exists in the cloud.

mod advice;
mod build;
mod config;
mod egress;
mod error;
mod families;
mod flow_logs;
mod names;
mod reported;
mod target;

pub use advice::{Advice, advice};
pub use build::{Inputs, build, place};
pub use config::{decode, decode_text};
pub use error::TargetError;
pub use reported::Reported;
pub use target::{
    Goal, HybridLimits, NatTarget, NatTimeouts, NetworkTarget, NetworkingTarget, Ownership, RouterTarget,
    SubnetTarget, Target,
};
