//! Objects of the API as others write them: Gardener's `Infrastructure` and `Cluster`. What is inside of them is in `planner`.

pub mod cluster;
pub mod infrastructure;
pub mod object;
pub use planner::documents::{config, names, null, provider_status};
