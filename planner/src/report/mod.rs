//! The report stage: the status for Gardener, and the plan as text and as JSON.
//!
//! Pure: no client, clock or runtime.

mod canaries;
mod handle;
mod left_behind;
mod plan_text;
mod remaining;
mod standing;
mod status;

pub use canaries::canary_numbers;
pub use handle::{Handle, Immovable};
pub use left_behind::left_behind;
pub use plan_text::{PlanDocument, plan_document, plan_outlook, plan_text};
pub use standing::{CanaryStanding, REFUSED_AT_M1, Standing};
pub use status::finished;
