//! Who is told how far a migration is.

use futures::future::BoxFuture;

use super::Key;
use crate::plan::Milestone;

/// Hears of each finished step of the protocol, before anything of the next step is done.
pub trait Narrator: Send + Sync {
    /// `step` of the migration of `key` is done. The migration goes on when the future ends.
    fn milestone_done<'a>(&'a self, key: &'a Key, step: Milestone) -> BoxFuture<'a, ()>;
}

/// Writes it to the log: one event each, with the fields `event`, `step` and `done`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogNarrator;

impl Narrator for LogNarrator {
    fn milestone_done<'a>(&'a self, key: &'a Key, step: Milestone) -> BoxFuture<'a, ()> {
        tracing::info!(event = "milestone", step = %step, done = true, infrastructure = %key, "step {step} is done");
        Box::pin(std::future::ready(()))
    }
}
