//! Operations: those in flight, and those that ended, with their results. They know no resource kind.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use serde_json::{Value, json};

use crate::api::error::{ApiError, OperationError};
use crate::api::json::Object;
use crate::api::reference::self_link;
use crate::auth::CallersTime;
use crate::dataplane::Cause;
use crate::model::scope::Scope;
use crate::settings::{Keep, duration};
use crate::time::Instant;

/// Identity of an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationKey {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Scope in whose collection it is polled.
    pub scope: Scope,
    /// Name of the operation.
    pub name: String,
}

impl OperationKey {
    /// Path of the operation: `projects/P/…/operations/O`.
    pub fn path(&self) -> String {
        format!("projects/{}/{}/operations/{}", self.project, self.scope.path(), self.name)
    }
}

/// An operation. PENDING until `start_time`, RUNNING until its effect was applied, then DONE.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Identity of the operation.
    pub key: OperationKey,
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Type of the operation: `insert`, `delete`, `updateNetworkInterface`, …
    pub operation_type: &'static str,
    /// Path of the resource.
    pub target: String,
    /// Id of the resource.
    pub target_id: u64,
    /// E-mail address of the caller.
    pub user: String,
    /// Value of `requestId`, if the caller gave one.
    pub client_operation_id: Option<String>,
    /// Request that started it.
    pub cause: Cause,
    /// Instant of that request on the caller's clock.
    pub asked: CallersTime,
    /// Instant at which it was accepted.
    pub insert_time: Instant,
    /// Instant at which it becomes RUNNING.
    pub start_time: Instant,
    /// Instant at which it is DONE.
    pub end_time: Instant,
    /// Result of the operation; none while it is in flight.
    pub outcome: Option<Result<(), OperationError>>,
    /// Error that it ends with instead of taking effect.
    pub(crate) failure: Option<OperationError>,
}

impl Operation {
    /// The operation as Google prints it at `now`.
    pub fn to_json(&self, now: Instant) -> Value {
        let done = self.outcome.is_some();
        let running = now >= self.start_time;
        let status = if done {
            "DONE"
        } else if running {
            "RUNNING"
        } else {
            "PENDING"
        };
        let mut object = Object::kind("compute#operation")
            .with("id", self.id.to_string())
            .with("name", self.key.name.clone())
            .with("operationType", self.operation_type)
            .with("targetLink", self_link(&self.target))
            .with("targetId", self.target_id.to_string())
            .with("status", status)
            .with("progress", if done { 100 } else { 0 })
            .with("user", self.user.clone())
            .with("insertTime", self.insert_time.to_string())
            .with_some("startTime", running.then(|| self.start_time.to_string()))
            .with_some("endTime", done.then(|| self.end_time.to_string()))
            .with_some("clientOperationId", self.client_operation_id.clone())
            .with("selfLink", self_link(&self.key.path()));
        if let Some((key, url)) = self.key.scope.field(&self.key.project) {
            object = object.with(key, url);
        }
        if let Some(Err(error)) = &self.outcome {
            object = object
                .with("error", json!({ "errors": [error.to_json()] }))
                .with("httpErrorStatusCode", error.status)
                .with("httpErrorMessage", error.http_message());
        }
        object.build()
    }
}

/// The operations of a world: those in flight, and the last of those that ended.
#[derive(Debug, Clone, Default)]
pub struct Operations {
    all: BTreeMap<OperationKey, Operation>,
    in_flight: BTreeMap<String, OperationKey>,
    by_request_id: BTreeMap<(String, String), OperationKey>,
    /// Numbers of inserts in flight by the path of what they insert into.
    inserts: BTreeMap<String, usize>,
    /// Operations that ended, with the instants at which they did, in that order.
    ended: VecDeque<(Instant, OperationKey)>,
    any: bool,
}

impl Operations {
    /// The operation of a key, if there is one.
    pub fn get(&self, key: &OperationKey) -> Option<&Operation> {
        self.all.get(key)
    }

    /// Whether there ever was an operation.
    pub fn any(&self) -> bool {
        self.any
    }

    /// All operations in order of project, scope and name.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.all.values()
    }

    /// The operations behind a key in that order.
    pub fn after(&self, key: OperationKey) -> impl Iterator<Item = &Operation> {
        self.all.range((Bound::Excluded(key), Bound::Unbounded)).map(|(_, operation)| operation)
    }

    /// The operation in flight on a resource.
    pub fn on(&self, target: &str) -> Option<&Operation> {
        self.in_flight.get(target).and_then(|key| self.all.get(key))
    }

    /// Refuses with 400 `resourceNotReady` while an operation on the resource is in flight.
    pub fn require_idle(&self, target: &str) -> Result<(), ApiError> {
        if self.in_flight.contains_key(target) { Err(ApiError::not_ready(target)) } else { Ok(()) }
    }

    /// The number of inserts that are in flight into a collection of a project, everywhere or in one scope (`regions/R`).
    pub fn inserts(&self, project: &str, collection: &str, scope: Option<&str>) -> usize {
        let (all, end) = (format!("projects/{project}/"), format!("/{collection}"));
        let of_project = self.inserts.range(all.clone()..).take_while(|(path, _)| path.starts_with(&all));
        let fits = |path: &str| {
            path.ends_with(&end) && scope.is_none_or(|scope| path == format!("{all}{scope}{end}"))
        };
        of_project.filter(|(path, _)| fits(path)).map(|(_, number)| number).sum()
    }

    /// The operation that a `requestId` of a project started.
    pub fn by_request_id(&self, project: &str, request_id: &str) -> Option<&Operation> {
        let key = self.by_request_id.get(&(project.to_owned(), request_id.to_owned()))?;
        self.all.get(key)
    }

    pub(crate) fn start(&mut self, operation: Operation) {
        let key = operation.key.clone();
        self.any = true;
        if let Some(collection) = inserted_into(&operation) {
            *self.inserts.entry(collection.to_owned()).or_default() += 1;
        }
        self.in_flight.insert(operation.target.clone(), key.clone());
        if let Some(request_id) = &operation.client_operation_id {
            self.by_request_id.insert((key.project.clone(), request_id.clone()), key.clone());
        }
        self.all.insert(key, operation);
    }

    /// Ends an operation, and forgets those that are not kept.
    pub(crate) fn finish(&mut self, key: &OperationKey, outcome: Result<(), OperationError>, keep: Keep) {
        let Some(operation) = self.all.get_mut(key) else { return };
        self.in_flight.remove(&operation.target);
        if let Some(collection) = inserted_into(operation)
            && let Some(number) = self.inserts.get_mut(collection)
        {
            *number -= 1;
            if *number == 0 {
                let collection = collection.to_owned();
                self.inserts.remove(&collection);
            }
        }
        operation.outcome = Some(outcome);
        let now = operation.end_time;
        self.ended.push_back((now, key.clone()));
        let age = duration(keep.age);
        let too_old = |ended: &(Instant, OperationKey)| now.since(ended.0) > age;
        while self.ended.len() > keep.operations.max(1) || self.ended.front().is_some_and(too_old) {
            let Some((_, key)) = self.ended.pop_front() else { return };
            self.forget(&key);
        }
    }

    fn forget(&mut self, key: &OperationKey) {
        let request_id = self.all.remove(key).and_then(|operation| operation.client_operation_id);
        let Some(request_id) = request_id else { return };
        let named = (key.project.clone(), request_id);
        // A later call may have had the same id.
        if self.by_request_id.get(&named) == Some(key) {
            self.by_request_id.remove(&named);
        }
    }
}

/// The path of the collection that an operation inserts into.
fn inserted_into(operation: &Operation) -> Option<&str> {
    let (collection, _) = operation.target.rsplit_once('/')?;
    (operation.operation_type == "insert").then_some(collection)
}

/// The parts of a new operation.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) key: OperationKey,
    pub(crate) id: u64,
    pub(crate) operation_type: &'static str,
    pub(crate) target: String,
    pub(crate) target_id: u64,
    pub(crate) user: String,
    pub(crate) request_id: Option<String>,
    pub(crate) cause: Cause,
    pub(crate) asked: CallersTime,
    pub(crate) times: [Instant; 3],
    pub(crate) failure: Option<OperationError>,
}

impl From<Draft> for Operation {
    fn from(draft: Draft) -> Self {
        let [insert_time, start_time, end_time] = draft.times;
        Self {
            key: draft.key,
            id: draft.id,
            operation_type: draft.operation_type,
            target: draft.target,
            target_id: draft.target_id,
            user: draft.user,
            client_operation_id: draft.request_id,
            cause: draft.cause,
            asked: draft.asked,
            insert_time,
            start_time,
            end_time,
            outcome: None,
            failure: draft.failure,
        }
    }
}
