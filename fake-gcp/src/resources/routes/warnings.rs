//! Warnings of what is wrong with the next hop of a route: Google says it on the route and refuses nothing.

use crate::api::reference;
use crate::model::routes::{NextHop, Route};
use crate::state::State;
use serde_json::{Value, json};

/// The warnings of a route.
pub(super) fn of(state: &State, project: &str, route: &Route) -> Vec<Value> {
    let NextHop::Instance { project: owner, zone, name } = &route.next_hop else { return Vec::new() };
    let path = reference::zonal(owner, zone, "instances", name);
    let warning = |code: &str, what: &str| {
        json!({
            "code": code,
            "message": format!("Next hop instance '{path}' {what}."),
            "data": [{"key": "instance", "value": path}],
        })
    };
    let Some(instance) = state.instance(owner, zone, name) else {
        return vec![warning("NEXT_HOP_INSTANCE_NOT_FOUND", "does not exist")];
    };
    let on_network = owner == project && instance.nics.iter().any(|nic| nic.network == route.network);
    [
        (!on_network, "NEXT_HOP_INSTANCE_NOT_ON_NETWORK", "is not on the network of the route"),
        (!instance.can_ip_forward, "NEXT_HOP_CANNOT_IP_FORWARD", "cannot forward packets"),
        (!instance.is_running(), "NEXT_HOP_NOT_RUNNING", "is not running"),
    ]
    .into_iter()
    .filter(|(wrong, _, _)| *wrong)
    .map(|(_, code, what)| warning(code, what))
    .collect()
}
