//! The scenario of one demonstration.

use super::milestones::Milestone;
use crate::processes::fake_gcp::Latency;

/// A demonstration, as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    /// Nodes of the shoot.
    pub(super) nodes: u32,
    /// Duration of the cloud's operations.
    pub(super) latency: Latency,
    /// Start of everything random in the cloud and in the machines' names.
    pub(super) random_seed: u64,
    /// Milestone after which the controller is killed.
    pub(super) crash_at: Option<Milestone>,
    /// Seconds of the cloud and of the stand-ins per second of the wall clock.
    pub(super) speed: f64,
    /// Whether the run directory outlives a demonstration that went well.
    pub(super) keep: bool,
}
