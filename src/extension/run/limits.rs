//! The limits of a reconciliation: how long and how hard it tries.

use std::time::Duration;

/// The limits of a reconciliation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long one run of passes may take.
    pub deadline: Duration,
    /// The longest wait during which a run keeps its worker.
    pub inline_wait: Duration,
    /// The time to put things right on the way out.
    pub give_up: Duration,
    /// Passes in a row that changed nothing, although they should, before a run gives up.
    pub idle_passes: u32,
    /// The most calls under way at once.
    pub parallelism: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(15 * 60),
            inline_wait: Duration::from_secs(5),
            give_up: Duration::from_secs(60),
            idle_passes: 3,
            parallelism: 50,
        }
    }
}
