//! One reconciliation: the passes of observe, plan and apply, their pace, and how it ends.

mod cache;
mod deletion;
mod first_attempt;
mod limits;
mod observation;
mod outcome;
mod pacer;
mod pass;
mod quota;
mod reconciler;
mod told;
mod unfreeze;

pub use limits::Patience;
pub use observation::{Look, View};
pub use reconciler::{Next, Reconciler, Surroundings};
