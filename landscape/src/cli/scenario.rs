//! One demonstration, as it is asked for.

use super::steps::Step;
use crate::processes::fake_gcp::Latency;

/// What is to be shown.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    /// Nodes of the shoot.
    pub(super) nodes: u32,
    /// Duration of the cloud's operations.
    pub(super) latency: Latency,
    /// Start of everything random in the cloud and in the machines' names.
    pub(super) random_seed: u64,
    /// The controller is killed after this step.
    pub(super) crash_at: Option<Step>,
    /// Seconds of the cloud and of the stand-ins per second of the wall clock.
    pub(super) speed: f64,
    /// Whether the run directory outlives a demonstration that went well.
    pub(super) keep: bool,
}
