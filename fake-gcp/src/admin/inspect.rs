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
    let refuse = |parameter, value, why| AdminError::Parameter { parameter, value, why };
    let text = |parameter| {
        let value = query.get(parameter).map(str::to_owned);
        value.ok_or_else(|| refuse(parameter, String::new(), "must be given"))
    };
    let vm = VmRef { project: text("project")?, zone: text("zone")?, name: text("instance")? };
    let range = text("range")?;
    let range =
        range.parse().map_err(|_| refuse("range", range, "must be an IPv4 range in CIDR notation"))?;
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
    let entries = match query.get("entries") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            return Err(AdminError::Parameter {
                parameter: "entries",
                value: other.to_owned(),
                why: "must be true or false",
            });
        }
    };
    if entries && let Some(map) = reply.as_object_mut() {
        let entries: Vec<Value> = state.requests.select(agent, since).map(|entry| json!(entry)).collect();
        map.insert("entries".to_owned(), entries.into());
    }
    Ok(reply)
}
