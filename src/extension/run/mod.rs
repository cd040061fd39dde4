//! One reconciliation: the passes of observe, plan and apply, their pace, and how it ends.

mod cache;
mod completion;
mod deletion;
mod dependencies;
mod end;
mod execution;
mod first_attempt;
mod limits;
mod milestones;
mod observation;
mod outcome;
mod pacer;
mod pass;
mod quota;
mod reconciler;
mod reconciliation;
mod restored;
mod steps;
mod told;
mod unfreeze;

pub use dependencies::Dependencies;
pub use end::Requeue;
pub use limits::Limits;
pub use observation::Observer;
pub use reconciler::Reconciler;
