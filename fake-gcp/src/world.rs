//! The world: a plain value that answers requests and computes what happened up to an instant.
//!
//! No sockets, no wall clock, no global state. The same settings and the same requests at the same instants
//! give the same answers; a clone is an independent future.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::admin::fixture::machine::InstanceChange;
use crate::admin::fixture::{Fixture, FixtureError};
use crate::api::wire::{json_response, unpacked};
use crate::dataplane::Ledger;
use crate::engine::{batch, compute, life, services, token};
use crate::faults::{BadRule, Faults, Rule};
use crate::governance::Governance;
use crate::governance::permissions::Permissions;
use crate::settings::Settings;
use crate::state::State;
use crate::time::Instant;
use crate::{admin, resources};

/// The world: a GCP network, from its resources to its data plane.
#[derive(Debug, Clone)]
pub struct World(State);

impl World {
    /// An empty world at the Unix epoch.
    pub fn new(settings: Settings) -> Self {
        let mut state = State::new(settings);
        state.governance.permissions = Permissions::new(resources::permissions_needed());
        Self(state)
    }

    /// Computes everything that happened up to and including `now`, in order of time. A world never goes
    /// back: an earlier instant changes nothing.
    pub fn advance_to(&mut self, now: Instant) {
        life::advance_to(&mut self.0, now);
    }

    /// Answers a request that arrives at `now`: the Compute API, the other services, the token endpoint and `/_fake/`.
    ///
    /// `operations.wait` answers at once with the current state, as it may ("might return after zero
    /// seconds"); see [`World::wait_ends_at`] for callers that want to hold it. A response with the extension
    /// [`crate::api::wire::ConnectionBreaks`] stands for none.
    pub fn handle(&mut self, now: Instant, request: &Request<Bytes>) -> Response<Bytes> {
        self.advance_to(now);
        match unpacked(request) {
            Some(Ok(plain)) => return self.handle(now, &plain),
            Some(Err(error)) => return json_response(error.status, &error.envelope()),
            None => {}
        }
        let path = request.uri().path();
        if path == "/_fake" || path.starts_with("/_fake/") {
            admin::handle(&mut self.0, request)
        } else if token::is_endpoint(path) {
            token::handle(&mut self.0, request)
        } else if batch::is_batch(request) {
            self.handle_batch(now, request)
        } else if path.starts_with("/v1/") {
            services::handle(&mut self.0, request)
        } else {
            compute::handle(&mut self.0, request)
        }
    }

    fn handle_batch(&mut self, now: Instant, request: &Request<Bytes>) -> Response<Bytes> {
        let parts = match batch::parts(request) {
            Ok(parts) => parts,
            Err(error) => return batch::refused(&error),
        };
        let mut replies = Vec::new();
        for part in parts {
            // A batch in a batch is none.
            let reply = match batch::is_batch(&part.request) {
                true => compute::handle(&mut self.0, &part.request),
                false => self.handle(now, &part.request),
            };
            replies.push((part, reply));
        }
        batch::answer(&replies)
    }

    /// The instant up to which an `operations.wait` request would be held; none for any other request, and
    /// for operations that are DONE or unknown. At most two minutes after `now`.
    pub fn wait_ends_at(&self, now: Instant, request: &Request<Bytes>) -> Option<Instant> {
        let operation = compute::awaited_operation(&self.0, request)?;
        let open = operation.outcome.is_none() && operation.end_time > now;
        open.then(|| operation.end_time.min(now + Duration::from_secs(120)))
    }

    /// Whether a request is by a method that is modelled, with whatever fields.
    pub fn is_modelled(&self, request: &Request<Bytes>) -> bool {
        compute::is_modelled(request) || services::is_modelled(request)
    }

    /// The next instant at which something happens by itself.
    pub fn next_event_at(&self) -> Option<Instant> {
        self.0.next_event_at()
    }

    /// The latest instant that the world has seen.
    pub fn now(&self) -> Instant {
        self.0.now()
    }

    /// The settings that the world was made with.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Adds what a document describes. What was added before an error stays.
    pub fn load(&mut self, fixture: &Fixture) -> Result<(), FixtureError> {
        self.0.load(fixture)
    }

    /// Changes an instance at once. Another status makes the fingerprints of its interfaces stale.
    pub fn change_instance(&mut self, change: &InstanceChange) -> Result<(), FixtureError> {
        self.0.change_instance(change)
    }

    /// The resources of a project by kind, in order of place and name; `None` if there is no such project.
    pub fn resources(&self, project: &str) -> Option<Value> {
        self.0.resources(project)
    }

    /// The ledger of the watched ranges up to now.
    pub fn ledger(&self) -> Ledger {
        self.0.ledger()
    }

    /// The rules by which calls go wrong, with how often each was met and fired.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Adds a rule by which calls go wrong from the next one on; an error if it could never fire.
    pub fn add_fault(&mut self, rule: Rule) -> Result<(), BadRule> {
        admin::faults::check(&rule)?;
        self.0.faults.add(rule);
        Ok(())
    }

    /// The rules that stand above resources.
    pub fn governance(&self) -> &Governance {
        &self.0.governance
    }

    /// The rules that stand above resources, to be changed.
    pub fn governance_mut(&mut self) -> &mut Governance {
        &mut self.0.governance
    }
}
