//! The life of an operation: from a mutation that passed its checks to its effect.

use crate::api::error::OperationError;
use crate::auth::CallersTime;
use crate::dataplane::Cause;
use crate::engine::call::{Call, Mutation};
use crate::engine::operations::{Draft, Operation, OperationKey};
use crate::engine::{Context, Event, World, latency};
use crate::faults::Disturbance;

impl World {
    /// Starts the operation of a mutation that passed its checks.
    pub(super) fn start_operation(
        &mut self,
        call: &Call<'_>,
        asked: CallersTime,
        user: &str,
        mutation: Mutation,
        disturbance: Disturbance,
    ) -> OperationKey {
        let now = self.now;
        let (pending, running) = latency::draw(self.settings.latency, call.method.id, &mut self.ids);
        let start = now + pending;
        let end = start + running + disturbance.delay;
        let key = OperationKey {
            project: call.project.to_owned(),
            scope: mutation.scope,
            name: self.ids.operation_name(now),
        };
        let cause = Cause {
            seq: self.requests.next_seq(),
            method: call.method.id.to_owned(),
            target: mutation.target.clone(),
        };
        let operation = Operation::from(Draft {
            key: key.clone(),
            id: self.ids.id(),
            operation_type: mutation.operation_type,
            target: mutation.target,
            target_id: mutation.target_id.unwrap_or_else(|| self.ids.id()),
            user: user.to_owned(),
            request_id: call.query.get("requestId").map(str::to_owned),
            cause,
            asked,
            times: [now, start, end],
            failure: disturbance.failure,
        });
        self.operations.start(operation, mutation.effect);
        self.schedule(end, Event::OperationEnds(key.clone()));
        key
    }

    /// Applies the effect of an operation, or records why it failed.
    pub(super) fn end_operation(&mut self, key: &OperationKey) {
        let Some((operation, effect)) = self.operations.take_effect(key) else { return };
        let context = Context {
            project: key.project.clone(),
            started: operation.insert_time,
            done: operation.end_time,
            cause: operation.cause,
            target_id: operation.target_id,
        };
        let outcome = match operation.failure {
            Some(failure) => Err(failure),
            None => effect.apply(self, &context).map_err(OperationError::from),
        };
        self.operations.finish(key, outcome);
    }
}
