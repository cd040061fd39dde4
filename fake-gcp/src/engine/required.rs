//! The permissions that a call of Compute needs, each with the resource on which it is needed.

use crate::api::reference;
use crate::model::subnetworks::{Ipv6Access, SubnetKey};
use crate::resources::call::Call;
use crate::resources::kind::{Method, On};
use crate::state::State;

/// The method that needs its subnet only if a switch says so.
const INTERFACE_CHANGE: &str = "compute.instances.updateNetworkInterface";

/// A permission and the path of the resource on which it is needed.
pub(crate) type Need = (String, String);

/// The permissions that a call needs.
pub(super) fn of(state: &State, method: &Method, call: &Call<'_>) -> Vec<Need> {
    let own = method.permission().map(|permission| (permission, target(method, call)));
    let subnet_counts = state.settings.switches.interface_change_needs_subnet;
    let along = method.along.iter().filter(|_| subnet_counts || method.id != INTERFACE_CHANGE);
    let along = along.flat_map(|(permission, on)| {
        paths(state, call, *on).into_iter().map(|path| ((*permission).to_owned(), path))
    });
    own.into_iter().chain(along).collect()
}

/// The path of the resource that a call is about: the project for lists, the one to be made for inserts.
fn target(method: &Method, call: &Call<'_>) -> String {
    let project = format!("projects/{}", call.project);
    let (path, verb) = (method.path, method.id.rsplit('.').next().unwrap_or_default());
    if path.is_empty() || matches!(verb, "list" | "aggregatedList" | "listUsable") {
        return project;
    }
    // What follows the last name is the verb of the method: …/instances/{instance}/updateNetworkInterface.
    let named = path.rfind('}').and_then(|end| path.get(..=end));
    let resource = if verb == "insert" { path } else { named.unwrap_or(path) };
    let parts = resource.split('/').map(|part| match part.strip_prefix('{') {
        Some(name) => call.param(name.trim_end_matches('}')),
        None => part,
    });
    let mut path = std::iter::once(project.as_str()).chain(parts).collect::<Vec<_>>().join("/");
    if verb == "insert" {
        path = format!("{path}/{}", text(call, "/name").unwrap_or_default());
    }
    path
}

fn text(call: &Call<'_>, pointer: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(call.body).ok()?;
    body.pointer(pointer)?.as_str().map(str::to_owned)
}

fn paths(state: &State, call: &Call<'_>, on: On) -> Vec<String> {
    match on {
        On::Network => network(state, call).into_iter().collect(),
        On::Subnetworks => subnets(state, call).iter().map(SubnetKey::path).collect(),
        On::ExternalAddresses if asks_for_external_address(state, call) => {
            subnets(state, call).iter().map(SubnetKey::path).collect()
        }
        On::ExternalAddresses => Vec::new(),
    }
}

/// The network of the resource that exists, or else the network that the body names.
fn network(state: &State, call: &Call<'_>) -> Option<String> {
    let project = state.store.project(call.project)?;
    let region = call.param("region").to_owned();
    let of_subnet = project.subnetworks.get(&(region, call.param("subnetwork").to_owned()));
    let present = of_subnet
        .map(|subnetwork| &subnetwork.network)
        .or_else(|| project.routes.get(call.param("route")).map(|route| &route.network))
        .or_else(|| project.firewalls.find("", call.param("firewall")).map(|rule| &rule.network));
    match present {
        Some(name) => Some(reference::global(call.project, "networks", name)),
        None => reference::path_of(&text(call, "/network")?, call.project),
    }
}

/// The subnets of the interfaces that a call makes or changes.
fn subnets(state: &State, call: &Call<'_>) -> Vec<SubnetKey> {
    match state.instance(call.project, call.param("zone"), call.param("instance")) {
        Some(instance) => {
            let named = call.query.get("networkInterface");
            let nics = instance.nics.iter().filter(|nic| Some(nic.name.as_str()) == named);
            nics.map(|nic| nic.subnet(instance)).collect()
        }
        None => (0..)
            .map_while(|index| text(call, &format!("/networkInterfaces/{index}/subnetwork")))
            .filter_map(|text| reference::parse(&text, call.project, "subnetworks"))
            .map(|(project, region, name)| SubnetKey { project, region, name })
            .collect(),
    }
}

fn asks_for_external_address(state: &State, call: &Call<'_>) -> bool {
    let body: serde_json::Value = serde_json::from_slice(call.body).unwrap_or_default();
    let at = |nic: &serde_json::Value| {
        let asks = |field: &str| nic.get(field).is_some_and(|value| !value.is_null());
        let dual = nic.get("stackType").is_some_and(|stack| stack == "IPV4_IPV6");
        let external = |key: &SubnetKey| {
            state.subnetwork(key).is_some_and(|s| s.ipv6_access == Some(Ipv6Access::External))
        };
        asks("accessConfigs")
            || asks("ipv6AccessConfigs")
            || (dual && subnets(state, call).iter().any(external))
    };
    let nics = body.get("networkInterfaces").and_then(serde_json::Value::as_array);
    nics.map_or_else(|| at(&body), |nics| nics.iter().any(at))
}
