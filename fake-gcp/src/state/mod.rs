//! The state of a world: its resources, operations, callers and data plane, without anything that answers a request.

mod lookup;
pub mod operations;
pub mod requests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::api::error::ApiError;
use crate::auth::Auth;
use crate::dataplane::{Cause, Change, DataPlane, What};
use crate::faults::Faults;
use crate::governance::Governance;
use crate::governance::policies::Policies;
use crate::model::ids::Ids;
use crate::model::store::Store;
use crate::settings::Settings;
use crate::state::operations::{OperationKey, Operations};
use crate::state::requests::RequestLog;
use crate::time::Instant;

/// The state of a world at an instant.
#[derive(Debug, Clone)]
pub struct State {
    pub(crate) settings: Settings,
    pub(crate) now: Instant,
    pub(crate) ids: Ids,
    pub(crate) store: Store,
    pub(crate) operations: Operations,
    pub(crate) requests: RequestLog,
    pub(crate) auth: Auth,
    pub(crate) dataplane: DataPlane,
    pub(crate) faults: Faults,
    pub(crate) governance: Governance,
    events: BTreeMap<(Instant, u64), Event>,
    next_event: u64,
}

/// An effect that is going to take place.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// An operation ends.
    OperationEnds(OperationKey, Effect),
    /// Something follows some time after an operation.
    Later(Context, Effect),
}

/// The circumstances in which an effect is applied.
#[derive(Debug, Clone)]
pub struct Context {
    /// Id of the operation's project.
    pub project: String,
    /// Instant at which the operation was accepted.
    pub started: Instant,
    /// Instant at which it is DONE.
    pub done: Instant,
    /// Request behind the operation.
    pub cause: Cause,
    /// Id of the resource, or of the one to be made.
    pub target_id: u64,
}

type Apply = dyn Fn(&mut State, &Context) -> Result<(), ApiError> + Send + Sync;

/// What an operation does when it ends. An error becomes the operation's.
#[derive(Clone)]
pub struct Effect(Arc<Apply>);

impl Effect {
    /// An effect that takes place by `apply`, at most once in each future of a world.
    pub fn new(apply: impl Fn(&mut State, &Context) -> Result<(), ApiError> + Send + Sync + 'static) -> Self {
        Self(Arc::new(apply))
    }

    pub(crate) fn apply(&self, state: &mut State, context: &Context) -> Result<(), ApiError> {
        (self.0)(state, context)
    }
}

impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Effect")
    }
}

impl State {
    /// An empty state at the Unix epoch.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            now: Instant::EPOCH,
            ids: Ids::new(settings.seed),
            store: Store::default(),
            operations: Operations::default(),
            requests: RequestLog::default(),
            auth: Auth::default(),
            dataplane: DataPlane::new(settings.dataplane.clone(), settings.seed),
            faults: Faults::default(),
            governance: Governance {
                policies: Policies::new(settings.policies.clone()),
                ..Governance::default()
            },
            events: BTreeMap::new(),
            next_event: 0,
            settings,
        }
    }

    /// The latest instant that the world has seen.
    pub fn now(&self) -> Instant {
        self.now
    }

    pub(crate) fn schedule(&mut self, at: Instant, event: Event) {
        self.next_event += 1;
        self.events.insert((at, self.next_event), event);
    }

    /// Takes the first event that happens up to `now`, and lets its instant come.
    pub(crate) fn next_event(&mut self, now: Instant) -> Option<Event> {
        let entry = self.events.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, _), event) = entry.remove_entry();
        self.now = self.now.max(at);
        Some(event)
    }

    /// The next instant at which something happens by itself.
    pub(crate) fn next_event_at(&self) -> Option<Instant> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// Tells the data plane what an operation changed.
    pub(crate) fn record(&mut self, context: &Context, what: What) {
        self.dataplane.record(Change {
            started: context.started,
            done: context.done,
            cause: context.cause.clone(),
            what,
        });
        self.dataplane.forget_now_and_then(self.now);
    }
}
