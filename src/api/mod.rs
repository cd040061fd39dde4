//! Objects of the API as other programs write them: Gardener's `Infrastructure` and `Cluster`. Their contents are defined in
//! `planner`.

pub mod cluster;
pub mod infrastructure;
pub mod object;
