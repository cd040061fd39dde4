//! Admin calls that look into a world: snapshot, resources, requests, operations.

use serde_json::{Value, json};

use super::AdminError;
use crate::api::query::Query;
use crate::dataplane::Ledger;
use crate::engine::World;

impl World {
    /// The ledger of the watched ranges up to now.
    pub fn ledger(&self) -> Ledger {
        self.dataplane.ledger(self.now())
    }
}

pub(super) fn snapshot(world: &World) -> Value {
    let ids = world.store.0.keys();
    let projects: serde_json::Map<String, Value> =
        ids.filter_map(|id| Some((id.clone(), world.resources(id)?))).collect();
    json!({ "now": world.now(), "projects": projects })
}

pub(super) fn resources(world: &World, project: &str) -> Result<Value, AdminError> {
    world.resources(project).ok_or_else(|| AdminError::Project(project.to_owned()))
}

pub(super) fn operations(world: &World) -> Value {
    let now = world.now();
    let items: Vec<Value> = world.operations.iter().map(|operation| operation.to_json(now)).collect();
    json!({ "items": items })
}

pub(super) fn requests(world: &World, query: &Query) -> Result<Value, AdminError> {
    let agent = query.get("agent").unwrap_or_default();
    let since = match query.get("since") {
        None => 0,
        Some(text) => text.parse().map_err(|_| AdminError::Parameter {
            parameter: "since",
            value: text.to_owned(),
            why: "must be the number of a call",
        })?,
    };
    let mut reply = json!(world.requests.summary(agent, since));
    if query.get("entries") == Some("true")
        && let Some(map) = reply.as_object_mut()
    {
        let entries: Vec<Value> = world.requests.select(agent, since).map(|entry| json!(entry)).collect();
        map.insert("entries".to_owned(), entries.into());
    }
    Ok(reply)
}
