//! Admin calls that look into a world: snapshot, requests, operations.

use serde_json::{Value, json};

use super::AdminError;
use crate::api::query::Query;
use crate::dataplane::Ledger;
use crate::engine::World;
use crate::engine::store::Project;

impl World {
    /// What the watched ranges went through up to now.
    pub fn ledger(&self) -> Ledger {
        self.dataplane.ledger(self.now())
    }
}

pub(super) fn snapshot(world: &World) -> Value {
    let one = |(id, project): (&String, &Project)| {
        let networks: Vec<Value> = project.networks.values().map(|n| n.to_json(id, project)).collect();
        let subnetworks: Vec<Value> = project.subnetworks.values().map(|s| s.to_json()).collect();
        let routes: Vec<Value> = project.routes.values().map(|route| route.to_json(id, Vec::new())).collect();
        let instances: Vec<Value> = project.instances.values().map(|i| i.to_json(world)).collect();
        let addresses: Vec<Value> = project.addresses.values().map(|a| a.to_json(id, project)).collect();
        let routers: Vec<Value> = project.routers.values().map(|router| router.to_json(id)).collect();
        let firewalls: Vec<Value> = project.firewalls.values().map(|rule| rule.to_json(id)).collect();
        let accounts: Vec<Value> = project.service_accounts.values().map(|a| a.to_json()).collect();
        let reserved: Vec<Value> = project
            .reserved_ranges
            .iter()
            .map(|range| json!({ "network": range.network, "name": range.name, "cidr": range.cidr }))
            .collect();
        let resources = json!({
            "networks": networks, "subnetworks": subnetworks, "routes": routes, "instances": instances,
            "addresses": addresses, "routers": routers, "firewalls": firewalls, "serviceAccounts": accounts,
            "reservedRanges": reserved,
        });
        (id.clone(), resources)
    };
    let projects: serde_json::Map<String, Value> = world.store.0.iter().map(one).collect();
    json!({ "now": world.now(), "projects": projects })
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
