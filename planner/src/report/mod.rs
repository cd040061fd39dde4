//! Tell: what others read. The status for Gardener, the plan for people and machines. Pure.
//!
//! May not know: any client, the clock, the runtime.

mod left_behind;
mod plan_text;
mod status;

pub use left_behind::left_behind;
pub use plan_text::{PlanDocument, plan_document, plan_text};
pub use status::finished;
