//! The world: a plain value that answers requests and computes what happened up to an instant.
//!
//! No sockets, no wall clock, no global state. The same settings and the same requests at the same instants
//! give the same answers; a clone is an independent future.

pub mod call;
pub mod latency;
pub mod methods;
pub mod operations;
pub mod requests;

pub(crate) mod compute;
pub(crate) mod required;
pub(crate) mod services;
mod start;
pub(crate) mod wire;

pub use wire::ConnectionBreaks;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::auth::Auth;
use crate::dataplane::{Cause, Change, DataPlane, What};
use crate::engine::operations::{OperationKey, Operations};
use crate::engine::requests::RequestLog;
use crate::faults::Faults;
use crate::governance::Governance;
use crate::governance::policies::Policies;
use crate::model::ids::Ids;
use crate::model::store::Store;
use crate::model::subnetworks::SubnetKey;
use crate::settings::Settings;
use crate::time::Instant;
use crate::{admin, auth};

/// The world: a GCP network, from its resources to its data plane.
#[derive(Debug, Clone)]
pub struct World {
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

/// An event that is going to happen.
#[derive(Debug, Clone)]
enum Event {
    OperationEnds(OperationKey),
    ExternalIpv6Prefix(SubnetKey),
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

impl World {
    /// An empty world at the Unix epoch.
    pub fn new(settings: Settings) -> Self {
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

    /// Computes everything that happened up to and including `now`, in order of time. A world never goes
    /// back: an earlier instant changes nothing.
    pub fn advance_to(&mut self, now: Instant) {
        while let Some(entry) = self.events.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), event) = entry.remove_entry();
            self.now = self.now.max(at);
            match event {
                Event::OperationEnds(key) => self.end_operation(&key),
                Event::ExternalIpv6Prefix(subnet) => {
                    crate::resources::subnetworks::ipv6::show_prefix(self, &subnet)
                }
            }
        }
        self.now = self.now.max(now);
    }

    /// Answers a request that arrives at `now`: the Compute API, the other services, the token endpoint and `/_fake/`.
    ///
    /// `operations.wait` answers at once with the current state, as it may ("might return after zero
    /// seconds"); see [`World::wait_ends_at`] for callers that want to hold it. A response with the extension
    /// [`ConnectionBreaks`] stands for none.
    pub fn handle(&mut self, now: Instant, request: &Request<Bytes>) -> Response<Bytes> {
        self.advance_to(now);
        let path = request.uri().path();
        if path == "/_fake" || path.starts_with("/_fake/") {
            admin::handle(self, request)
        } else if path == "/token" {
            auth::endpoint::handle(self, request)
        } else if path.starts_with("/v1/") {
            services::handle(self, request)
        } else {
            compute::handle(self, request)
        }
    }

    /// The instant up to which an `operations.wait` request would be held; none for any other request, and
    /// for operations that are DONE or unknown. At most two minutes after `now`.
    pub fn wait_ends_at(&self, now: Instant, request: &Request<Bytes>) -> Option<Instant> {
        let operation = compute::awaited_operation(self, request)?;
        let open = operation.outcome.is_none() && operation.end_time > now;
        open.then(|| operation.end_time.min(now + Duration::from_secs(120)))
    }

    /// The next instant at which something happens by itself.
    pub fn next_event_at(&self) -> Option<Instant> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// The latest instant that the world has seen.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The settings that the world was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn schedule(&mut self, at: Instant, event: Event) {
        self.next_event += 1;
        self.events.insert((at, self.next_event), event);
    }

    pub(crate) fn schedule_external_prefix(&mut self, at: Instant, subnet: SubnetKey) {
        self.schedule(at, Event::ExternalIpv6Prefix(subnet));
    }

    /// Tells the data plane what an operation changed.
    pub(crate) fn record(&mut self, context: &Context, what: What) {
        self.dataplane.record(Change {
            started: context.started,
            done: context.done,
            cause: context.cause.clone(),
            what,
        });
    }
}
