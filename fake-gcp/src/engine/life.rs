//! The life of an operation: from a mutation that passed its checks to its effect.

use std::time::Duration;

use rand::RngExt as _;

use crate::api::error::OperationError;
use crate::auth::CallersTime;
use crate::dataplane::Cause;
use crate::faults::Disturbance;
use crate::model::ids::Ids;
use crate::resources::call::{Call, Mutation};
use crate::resources::kind::Figure;
use crate::settings::Latency;
use crate::state::operations::{Draft, Operation, OperationKey};
use crate::state::{Context, Effect, Event, State};
use crate::time::Instant;

/// Longest time that an operation waits as PENDING, in milliseconds. No figure was found: assumed.
const PENDING_MAX_MS: u64 = 300;

/// Shortest and longest duration of operations without a figure, in milliseconds.
const UNKNOWN_MS: (u64, u64) = (1_000, 10_000);

/// The durations `(pending, running)` of a new operation.
fn draw(latency: Latency, figure: Option<Figure>, ids: &mut Ids) -> (Duration, Duration) {
    match latency {
        _ if figure.is_some_and(|figure| figure.max_ms == 0) => (Duration::ZERO, Duration::ZERO),
        Latency::None => (Duration::ZERO, Duration::from_millis(1)),
        Latency::Recorded => {
            let (min, max) = figure.map_or(UNKNOWN_MS, |figure| (figure.min_ms, figure.max_ms));
            let pending = ids.rng().random_range(0..=PENDING_MAX_MS);
            let running = ids.rng().random_range(min..=max);
            (Duration::from_millis(pending), Duration::from_millis(running))
        }
    }
}

/// Starts the operation of a mutation that passed its checks.
pub(super) fn start(
    state: &mut State,
    call: &Call<'_>,
    figure: Option<Figure>,
    asked: CallersTime,
    mutation: Mutation,
    disturbance: Disturbance,
) -> OperationKey {
    let now = state.now;
    let (pending, running) = draw(state.settings.latency, figure, &mut state.ids);
    let start = now + pending;
    let end = start + running + disturbance.delay;
    let key = OperationKey {
        project: call.project.to_owned(),
        scope: mutation.scope,
        name: state.ids.operation_name(now),
    };
    let cause = Cause {
        seq: state.requests.next_seq(),
        method: call.method.to_owned(),
        target: mutation.target.clone(),
    };
    let operation = Operation::from(Draft {
        key: key.clone(),
        id: state.ids.id(),
        operation_type: mutation.operation_type,
        target: mutation.target,
        target_id: mutation.target_id.unwrap_or_else(|| state.ids.id()),
        user: call.caller.clone(),
        request_id: call.query.get("requestId").map(str::to_owned),
        cause,
        asked,
        times: [now, start, end],
        failure: disturbance.failure,
    });
    state.operations.start(operation);
    state.schedule(end, Event::OperationEnds(key.clone(), mutation.effect));
    key
}

/// Computes everything that happened up to and including `now`, in order of time. A state never goes back: an earlier
/// instant changes nothing.
pub(crate) fn advance_to(state: &mut State, now: Instant) {
    while let Some(event) = state.next_event(now) {
        match event {
            Event::OperationEnds(key, effect) => end(state, &key, &effect),
            // What follows later has nobody left to tell of an error.
            Event::Later(context, effect) => drop(effect.apply(state, &context)),
        }
    }
    state.now = state.now.max(now);
}

/// Applies the effect of an operation, or records why it failed.
fn end(state: &mut State, key: &OperationKey, effect: &Effect) {
    let Some(operation) = state.operations.get(key).cloned() else { return };
    let context = Context {
        project: key.project.clone(),
        started: operation.insert_time,
        done: operation.end_time,
        cause: operation.cause,
        target_id: operation.target_id,
    };
    let outcome = match operation.failure {
        Some(failure) => Err(failure),
        None => effect.apply(state, &context).map_err(OperationError::from),
    };
    let keep = state.settings.keep;
    state.operations.finish(key, outcome, keep);
}
