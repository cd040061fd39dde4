//! The limits of a reconciliation: how long and how often it tries.

use std::time::Duration;

/// The limits of a reconciliation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest time that one run of passes may take, with all its turns.
    pub deadline: Duration,
    /// The longest wait during which a run keeps its worker.
    pub inline_wait: Duration,
    /// The longest time that a run may take to put things right when it gives up.
    pub give_up: Duration,
    /// The number of passes in a row that changed nothing, although they should, at which a run gives up.
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
