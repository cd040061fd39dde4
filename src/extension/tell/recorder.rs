//! The recorder of what happens to Infrastructures: events and finished milestones, for people.

use futures::future::BoxFuture;
use jiff::Timestamp;
use planner::text::chain;
use planner::vocabulary::Milestone;

use super::event::Event;
use crate::api::infrastructure::Infrastructure;
use crate::extension::contract::Key;
use crate::kubernetes::EventWriter;
use crate::serving::{Migrations, Stands};

/// A recorder of each finished milestone, before anything of the next one is done, and of all else worth telling.
pub trait Recorder: Send + Sync {
    /// Records that `milestone` of the migration of `key` is done. The migration goes on when the future ends.
    fn milestone_done<'a>(&'a self, key: &'a Key, milestone: Milestone) -> BoxFuture<'a, ()>;

    /// Records where the migration of `key` stands at `now`, and what is known of its canaries.
    fn stands(&self, _key: &Key, _stands: &Stands, _now: Timestamp) {}

    /// Records what happened to `infrastructure`. Work goes on when the future ends.
    fn record<'a>(&'a self, infrastructure: &'a Infrastructure, event: &'a Event) -> BoxFuture<'a, ()>;
}

/// A recorder that writes to the log: a line each, with the fields `event`, `step` and `done`, or `event` and `reason`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogRecorder;

impl Recorder for LogRecorder {
    fn milestone_done<'a>(&'a self, key: &'a Key, milestone: Milestone) -> BoxFuture<'a, ()> {
        tracing::info!(event = "milestone", step = %milestone, done = true, infrastructure = %key, "step {milestone} is done");
        Box::pin(std::future::ready(()))
    }

    fn record<'a>(&'a self, infrastructure: &'a Infrastructure, event: &'a Event) -> BoxFuture<'a, ()> {
        let infrastructure = Key::of(infrastructure);
        if event.warning {
            tracing::warn!(event = "note", reason = event.reason, %infrastructure, "{}", event.text);
        } else {
            tracing::info!(event = "note", reason = event.reason, %infrastructure, "{}", event.text);
        }
        Box::pin(std::future::ready(()))
    }
}

/// A recorder that writes to the log, events also to the seed, beside the Infrastructure, and where migrations stand to the metrics.
pub struct EventRecorder {
    writer: EventWriter,
    migrations: Migrations,
}

impl EventRecorder {
    /// A recorder of events that `writer` writes; `migrations` show where each of them stands.
    pub fn new(writer: EventWriter, migrations: Migrations) -> Self {
        Self { writer, migrations }
    }
}

impl Recorder for EventRecorder {
    fn milestone_done<'a>(&'a self, key: &'a Key, milestone: Milestone) -> BoxFuture<'a, ()> {
        LogRecorder.milestone_done(key, milestone)
    }

    fn stands(&self, key: &Key, stands: &Stands, now: Timestamp) {
        self.migrations.stands(&key.namespace, &key.name, stands, now);
    }

    fn record<'a>(&'a self, infrastructure: &'a Infrastructure, event: &'a Event) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            LogRecorder.record(infrastructure, event).await;
            let written = self.writer.write(infrastructure, event.warning, event.reason, &event.text).await;
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
