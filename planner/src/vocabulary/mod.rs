//! Vocabulary: the words that all floors of the planner share. Imports nothing of this crate but how texts are shown.

mod flow_logs;
mod milestone;
mod name;
mod purpose;
pub mod ranges;
mod vm;

pub use flow_logs::{FlowLogs, Sampling};
pub use milestone::Milestone;
pub use name::{LONGEST_NAME, is_name};
pub use purpose::{POD_RANGE_NAME, Purpose, subnet_name};
pub use ranges::canonical;
pub use vm::VmRef;
