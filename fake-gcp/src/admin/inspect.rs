//! Admin calls that look into a world: snapshot, resources, requests, operations.

use serde_json::{Value, json};

use super::AdminError;
use crate::api::query::Query;
use crate::dataplane::{Ledger, VmRef, Watch};
use crate::state::State;

impl State {
    /// The ledger of the watched ranges up to now.
    pub fn ledger(&self) -> Ledger {
        self.dataplane.ledger(self.now())
    }
}

pub(super) fn snapshot(state: &State) -> Value {
    let ids = state.store.0.keys();
    let projects: serde_json::Map<String, Value> =
        ids.filter_map(|id| Some((id.clone(), state.resources(id)?))).collect();
    json!({ "now": state.now(), "projects": projects })
}

pub(super) fn resources(state: &State, project: &str) -> Result<Value, AdminError> {
    state.resources(project).ok_or_else(|| AdminError::Project(project.to_owned()))
}

/// Whether the range of the query reaches the VM of the query now: `{path}`, or `{reason}` why not.
pub(super) fn reach(state: &State, query: &Query) -> Result<Value, AdminError> {
    let text = |parameter| query.get(parameter).unwrap_or_default().to_owned();
    let range = text("range");
    let range = range.parse().map_err(|_| AdminError::Parameter {
        parameter: "range",
        value: range.clone(),
        why: "must be an IPv4 range in CIDR notation",
    })?;
    let vm = VmRef { project: text("project"), zone: text("zone"), name: text("instance") };
    Ok(match state.dataplane.reach(state.now(), &Watch { vm, range }) {
        Ok(path) => json!({ "path": path }),
        Err(reason) => json!({ "reason": reason }),
    })
}

pub(super) fn operations(state: &State) -> Value {
    let now = state.now();
    let items: Vec<Value> = state.operations.iter().map(|operation| operation.to_json(now)).collect();
    json!({ "items": items })
}

pub(super) fn requests(state: &State, query: &Query) -> Result<Value, AdminError> {
    let agent = query.get("agent").unwrap_or_default();
    let since = match query.get("since") {
        None => 0,
        Some(text) => text.parse().map_err(|_| AdminError::Parameter {
            parameter: "since",
            value: text.to_owned(),
            why: "must be the number of a call",
        })?,
    };
    let mut reply = json!(state.requests.summary(agent, since));
    if query.get("entries") == Some("true")
        && let Some(map) = reply.as_object_mut()
    {
        let entries: Vec<Value> = state.requests.select(agent, since).map(|entry| json!(entry)).collect();
        map.insert("entries".to_owned(), entries.into());
    }
    Ok(reply)
}
