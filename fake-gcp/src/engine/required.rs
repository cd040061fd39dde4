//! The permissions that a call of Compute needs, each with the resource on which it is needed.

use crate::api::reference;
use crate::engine::call::Call;
use crate::engine::methods::METHODS;
use crate::engine::{World, services};
use crate::model::subnetworks::{Ipv6Access, SubnetKey};

/// The method that needs its subnet only if a switch says so.
const INTERFACE_CHANGE: &str = "compute.instances.updateNetworkInterface";

/// A permission and the path of the resource on which it is needed.
pub(crate) type Need = (String, String);

/// The resource on which a method needs a permission beside its own one on its target.
#[derive(Debug, Clone, Copy)]
enum On {
    /// The network of the target, which must exist for the permission to be asked for.
    Network,
    /// The subnetworks of an instance's interfaces.
    Subnetworks,
    /// The use of a subnet, where an external address is asked for.
    ExternalAddresses,
}

const ALONG: &[(&str, &str, On)] = &[
    ("compute.subnetworks.insert", "compute.networks.updatePolicy", On::Network),
    ("compute.subnetworks.delete", "compute.networks.updatePolicy", On::Network),
    ("compute.routes.insert", "compute.networks.updatePolicy", On::Network),
    ("compute.routes.delete", "compute.networks.updatePolicy", On::Network),
    ("compute.firewalls.insert", "compute.networks.updatePolicy", On::Network),
    ("compute.firewalls.patch", "compute.networks.updatePolicy", On::Network),
    ("compute.firewalls.update", "compute.networks.updatePolicy", On::Network),
    ("compute.firewalls.delete", "compute.networks.updatePolicy", On::Network),
    ("compute.instances.insert", "compute.subnetworks.use", On::Subnetworks),
    ("compute.instances.insert", "compute.subnetworks.useExternalIp", On::ExternalAddresses),
    (INTERFACE_CHANGE, "compute.subnetworks.use", On::Subnetworks),
    (INTERFACE_CHANGE, "compute.subnetworks.useExternalIp", On::ExternalAddresses),
];

/// The permission that a method needs on its target; none for `testIamPermissions`, which everybody may call.
fn own(method: &str) -> Option<String> {
    let (collection, verb) = method.rsplit_once('.')?;
    let verb = match verb {
        "testIamPermissions" => return None,
        "aggregatedList" => "list",
        "insert" => "create",
        "patch" => "update",
        "wait" | "getRouterStatus" => "get",
        other => other,
    };
    Some(format!("{collection}.{verb}"))
}

/// Whether any modelled method needs a permission of this name.
pub(crate) fn is_known(permission: &str) -> bool {
    METHODS.iter().any(|method| own(method.id).as_deref() == Some(permission))
        || ALONG.iter().any(|(_, along, _)| *along == permission)
        || services::METHODS.iter().any(|method| method.permission == Some(permission))
}

/// The permissions that a call needs.
pub(super) fn of(world: &World, call: &Call<'_>) -> Vec<Need> {
    let own = own(call.method.id).map(|permission| (permission, target(call)));
    let subnet_counts = world.settings.switches.interface_change_needs_subnet;
    let along = ALONG.iter().filter(|(method, _, _)| *method == call.method.id);
    let along = along.filter(|(method, _, _)| subnet_counts || *method != INTERFACE_CHANGE);
    let along = along.flat_map(|(_, permission, on)| {
        paths(world, call, *on).into_iter().map(|path| ((*permission).to_owned(), path))
    });
    own.into_iter().chain(along).collect()
}

/// The path of the resource that a call is about: the project for lists, the one to be made for inserts.
fn target(call: &Call<'_>) -> String {
    let project = format!("projects/{}", call.project);
    let (path, verb) = (call.method.path, call.method.id.rsplit('.').next().unwrap_or_default());
    if path.is_empty() || matches!(verb, "list" | "aggregatedList") {
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

fn paths(world: &World, call: &Call<'_>, on: On) -> Vec<String> {
    match on {
        On::Network => network(world, call).into_iter().collect(),
        On::Subnetworks => subnets(world, call).iter().map(SubnetKey::path).collect(),
        On::ExternalAddresses if asks_for_external_address(world, call) => {
            subnets(world, call).iter().map(SubnetKey::path).collect()
        }
        On::ExternalAddresses => Vec::new(),
    }
}

/// The network of the resource that exists, or else the network that the body names.
fn network(world: &World, call: &Call<'_>) -> Option<String> {
    let project = world.store.project(call.project)?;
    let region = call.param("region").to_owned();
    let of_subnet = project.subnetworks.get(&(region, call.param("subnetwork").to_owned()));
    let present = of_subnet
        .map(|subnetwork| &subnetwork.network)
        .or_else(|| project.routes.get(call.param("route")).map(|route| &route.network))
        .or_else(|| project.firewalls.get(call.param("firewall")).map(|rule| &rule.network));
    match present {
        Some(name) => Some(reference::global(call.project, "networks", name)),
        None => reference::path_of(&text(call, "/network")?, call.project),
    }
}

/// The subnets of the interfaces that a call makes or changes.
fn subnets(world: &World, call: &Call<'_>) -> Vec<SubnetKey> {
    match world.instance(call.project, call.param("zone"), call.param("instance")) {
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

fn asks_for_external_address(world: &World, call: &Call<'_>) -> bool {
    let body: serde_json::Value = serde_json::from_slice(call.body).unwrap_or_default();
    let at = |nic: &serde_json::Value| {
        let asks = |field: &str| nic.get(field).is_some_and(|value| !value.is_null());
        let dual = nic.get("stackType").is_some_and(|stack| stack == "IPV4_IPV6");
        let external = |key: &SubnetKey| {
            world.subnetwork(key).is_some_and(|s| s.ipv6_access == Some(Ipv6Access::External))
        };
        asks("accessConfigs")
            || asks("ipv6AccessConfigs")
            || (dual && subnets(world, call).iter().any(external))
    };
    let nics = body.get("networkInterfaces").and_then(serde_json::Value::as_array);
    nics.map_or_else(|| at(&body), |nics| nics.iter().any(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_permissions_follow_from_those_of_methods() {
        for (method, permission) in [
            ("compute.subnetworks.insert", Some("compute.subnetworks.create")),
            ("compute.firewalls.patch", Some("compute.firewalls.update")),
            ("compute.instances.aggregatedList", Some("compute.instances.list")),
            ("compute.zoneOperations.wait", Some("compute.zoneOperations.get")),
            ("compute.subnetworks.testIamPermissions", None),
        ] {
            assert_eq!(own(method).as_deref(), permission, "{method}");
        }
    }

    #[test]
    fn methods_with_more_needs_exist() {
        for (method, _, _) in ALONG {
            assert!(METHODS.iter().any(|known| known.id == *method), "{method}");
        }
    }
}
