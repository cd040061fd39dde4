//! The vocabulary that all modules of the planner share. It imports nothing else of this crate.

mod cadence;
mod course;
mod flow_logs;
mod milestone;
pub mod name;
pub mod named;
mod purpose;
pub mod ranges;
mod url;
mod vm;
mod words;

pub use cadence::Cadence;
pub use course::CourseName;
pub use flow_logs::{FlowLogs, Sampling};
pub use milestone::Milestone;
pub use name::{ClusterName, LONGEST_NAME, Name, ProjectId, RangeName, Region, ResourceName, Zone, is_name};
pub use purpose::{POD_RANGE_NAME, Purpose, subnet_name};
pub use ranges::canonical;
pub use url::path_of;
pub use vm::VmRef;
pub use words::{Word, Words};
