//! Who is told what happens.

use futures::future::BoxFuture;

use super::event::Note;
use crate::api::infrastructure::Infrastructure;
use crate::excerpt::chain;
use crate::extension::contract::Key;
use crate::kubernetes::Events;
use crate::vocabulary::Milestone;

/// Hears of each finished step of the protocol, before anything of the next step is done, and of all else worth telling.
pub trait Narrator: Send + Sync {
    /// `step` of the migration of `key` is done. The migration goes on when the future ends.
    fn milestone_done<'a>(&'a self, key: &'a Key, step: Milestone) -> BoxFuture<'a, ()>;

    /// Something happened to `infrastructure`. Work goes on when the future ends.
    fn note<'a>(&'a self, infrastructure: &'a Infrastructure, note: &'a Note) -> BoxFuture<'a, ()>;
}

/// Writes it to the log: one event each, with the fields `event`, `step` and `done`, or `event` and `reason`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogNarrator;

impl Narrator for LogNarrator {
    fn milestone_done<'a>(&'a self, key: &'a Key, step: Milestone) -> BoxFuture<'a, ()> {
        tracing::info!(event = "milestone", step = %step, done = true, infrastructure = %key, "step {step} is done");
        Box::pin(std::future::ready(()))
    }

    fn note<'a>(&'a self, infrastructure: &'a Infrastructure, note: &'a Note) -> BoxFuture<'a, ()> {
        let infrastructure = Key::of(infrastructure);
        if note.warning {
            tracing::warn!(event = "note", reason = note.reason, %infrastructure, "{}", note.text);
        } else {
            tracing::info!(event = "note", reason = note.reason, %infrastructure, "{}", note.text);
        }
        Box::pin(std::future::ready(()))
    }
}

/// Writes it to the log, and notes as events of the Infrastructure.
pub struct EventNarrator {
    events: Events,
}

impl EventNarrator {
    /// Events go where `events` writes them.
    pub fn new(events: Events) -> Self {
        Self { events }
    }
}

impl Narrator for EventNarrator {
    fn milestone_done<'a>(&'a self, key: &'a Key, step: Milestone) -> BoxFuture<'a, ()> {
        LogNarrator.milestone_done(key, step)
    }

    fn note<'a>(&'a self, infrastructure: &'a Infrastructure, note: &'a Note) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            LogNarrator.note(infrastructure, note).await;
            let written = self.events.publish(infrastructure, note.warning, note.reason, &note.text).await;
            if let Err(error) = written
                && !error.is_away()
            {
                // The log has it; nothing else depends on it.
                let (infrastructure, error) = (Key::of(infrastructure), chain(&error));
                tracing::warn!(%infrastructure, %error, "an event could not be written");
            }
        })
    }
}
