//! Operations of Network Connectivity: what a change answers with, and what is shown when it is asked for. The change takes
//! effect when it is answered.

use serde_json::{Map, Value, json};

use crate::api::json::Object;
use crate::api::status::StatusError;
use crate::dataplane::Cause;
use crate::governance::services::Service;
use crate::model::tables::Resource;
use crate::resources::call::ServiceCall;
use crate::resources::kind::{ResourceKind, ServiceMethod};
use crate::state::requests::CallKind;
use crate::state::{Context, State};
use crate::time::Instant;

/// The methods of other services on this kind.
const SERVICES: &[ServiceMethod] = &[ServiceMethod {
    id: "networkconnectivity.projects.locations.operations.get",
    permission: Some("networkconnectivity.operations.get"),
    service: Service::NetworkConnectivity,
    http: "GET",
    path: "/locations/global/operations/{operation}",
    kind: CallKind::Read,
    handler: get,
}];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: &[], services: SERVICES, rules: &[], dump: &[] };

/// Beginning of the names of the types of Network Connectivity.
const TYPES: &str = "type.googleapis.com/google.cloud.networkconnectivity.v1";

/// Number of operations that are kept in a project.
const KEPT: usize = 1_000;

/// A change that took effect.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// What was done: `create`, `update` or `delete`.
    pub(super) verb: &'static str,
    /// Path of the resource.
    pub(super) target: String,
    /// Name of its type.
    pub(super) of: &'static str,
    /// Resource as it is now; none after a deletion.
    pub(super) result: Option<Value>,
}

/// An operation, which ended when it began.
#[derive(Debug, Clone)]
struct Operation {
    change: Change,
    created: Instant,
}

impl Resource for Operation {}

impl Operation {
    fn metadata(&self) -> Object {
        Object::default()
            .with("@type", format!("{TYPES}.OperationMetadata"))
            .with("apiVersion", "v1")
            .with("createTime", time(self.created))
            .with("target", self.change.target.clone())
            .with("verb", self.change.verb)
    }

    fn response(&self) -> Value {
        match &self.change.result {
            Some(Value::Object(shown)) => {
                Object::from_map(shown.clone()).with("@type", format!("{TYPES}.{}", self.change.of)).build()
            }
            _ => json!({ "@type": "type.googleapis.com/google.protobuf.Empty" }),
        }
    }
}

/// An instant as this service prints it.
pub(super) fn time(instant: Instant) -> String {
    jiff::Timestamp::from(instant).to_string()
}

/// The path of an object of this service.
pub(super) fn path(project: &str, collection: &str, name: &str) -> String {
    format!("projects/{project}/locations/global/{collection}/{name}")
}

/// What is said of an object that is not there.
pub(super) fn missing(path: &str) -> StatusError {
    StatusError::not_found(&format!("Resource '{path}' was not found"))
}

/// The circumstances in which the data plane is told of a change.
pub(super) fn context(state: &mut State, call: &ServiceCall<'_>, method: &str, target: &str) -> Context {
    let cause =
        Cause { seq: state.requests.next_seq(), method: method.to_owned(), target: target.to_owned() };
    let (now, target_id) = (state.now(), state.ids.id());
    Context { project: call.project.to_owned(), started: now, done: now, cause, target_id }
}

/// Keeps the operation of a change, and shows it as it begins.
pub(super) fn answer(state: &mut State, call: &ServiceCall<'_>, change: Change) -> Value {
    let (now, name) = (state.now(), state.ids.operation_name(state.now()));
    let operation = Operation { change, created: now };
    let shown =
        json!({ "name": path(call.project, "operations", &name), "metadata": operation.metadata().build() });
    let kept = &mut state.store.project_mut(call.project).others;
    kept.insert((String::new(), name), operation);
    // Names begin with the time, so the first is the oldest.
    kept.keep_last::<Operation>(KEPT);
    shown
}

/// Answers `operations.get`.
fn get(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    let path = path(call.project, "operations", call.name);
    let found = state.other::<Operation>(call.project, "", call.name);
    let operation = found.ok_or_else(|| missing(&path))?;
    let metadata = operation.metadata().with("endTime", time(operation.created)).build();
    Ok(json!({ "name": path, "done": true, "metadata": metadata, "response": operation.response() }))
}

/// Fields of a body that are printed as they were sent.
pub(super) fn passed_through(sent: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), sent.get(*name)?.clone()))).collect()
}
