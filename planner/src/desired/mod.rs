//! The validation stage: from the documents (`Infrastructure`, `Cluster`) to the desired network of the shoot.
//!
//! Names, ranges and families become types here, and no later stage sees the raw documents. Pure: no client, clock or runtime,
//! and nothing that exists in the cloud.

mod advice;
mod build;
mod config;
mod egress;
mod error;
mod families;
mod flow_logs;
mod names;
mod reported;
mod retries;
mod said;
mod target;

pub use advice::{Advice, advice};
pub use build::{Inputs, build, place};
pub use config::{decode, decode_text};
pub use error::TargetError;
pub use reported::Reported;
pub use retries::Retries;
pub use said::Said;
pub use target::{
    Goal, HybridLimits, NatTarget, NatTimeouts, NetworkTarget, NetworkingTarget, Ownership, RouterTarget,
    SubnetTarget, Target,
};
