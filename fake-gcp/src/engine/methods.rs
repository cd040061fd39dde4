//! The methods of the Compute API that are modelled: one table, by which paths are matched and calls counted.

use crate::api::error::ApiError;
use crate::engine::World;
use crate::engine::call::{Answer, Call};
use crate::engine::requests::Kind;
use crate::resources::{
    addresses, firewalls, forwarding_rules, instances, networks, operations, permissions, places,
    reservations, routers, routes, subnetworks, target_pools,
};

/// A method of the Compute API.
#[derive(Debug)]
pub struct Method {
    /// Name of the method, such as `compute.routes.list`.
    pub id: &'static str,
    /// HTTP method, in capitals.
    pub http: &'static str,
    /// Path below `projects/{project}/`, with `{names}`; empty for the project itself.
    pub path: &'static str,
    /// Kind of call that it counts as.
    pub kind: Kind,
    pub(super) handler: fn(&World, &Call<'_>) -> Result<Answer, ApiError>,
}

const fn read(
    id: &'static str,
    path: &'static str,
    handler: fn(&World, &Call<'_>) -> Result<Answer, ApiError>,
) -> Method {
    Method { id, http: "GET", path, kind: Kind::Read, handler }
}

const fn mutation(
    id: &'static str,
    http: &'static str,
    path: &'static str,
    handler: fn(&World, &Call<'_>) -> Result<Answer, ApiError>,
) -> Method {
    Method { id, http, path, kind: Kind::Mutation, handler }
}

/// All methods of Compute that are modelled.
pub const METHODS: &[Method] = &[
    read("compute.networks.list", "global/networks", networks::read::list),
    read("compute.networks.get", "global/networks/{network}", networks::read::get),
    read(
        "compute.networks.listPeeringRoutes",
        "global/networks/{network}/listPeeringRoutes",
        networks::peerings::list_routes,
    ),
    mutation("compute.networks.insert", "POST", "global/networks", networks::insert::check),
    mutation("compute.networks.patch", "PATCH", "global/networks/{network}", networks::patch::check),
    mutation(
        "compute.networks.addPeering",
        "POST",
        "global/networks/{network}/addPeering",
        networks::peer::check_add,
    ),
    mutation(
        "compute.networks.removePeering",
        "POST",
        "global/networks/{network}/removePeering",
        networks::peer::check_remove,
    ),
    mutation("compute.networks.delete", "DELETE", "global/networks/{network}", networks::delete::check),
    read("compute.subnetworks.list", "regions/{region}/subnetworks", subnetworks::read::list),
    read("compute.subnetworks.aggregatedList", "aggregated/subnetworks", subnetworks::read::aggregated),
    read("compute.subnetworks.get", "regions/{region}/subnetworks/{subnetwork}", subnetworks::read::get),
    mutation(
        "compute.subnetworks.insert",
        "POST",
        "regions/{region}/subnetworks",
        subnetworks::insert::check,
    ),
    mutation(
        "compute.subnetworks.patch",
        "PATCH",
        "regions/{region}/subnetworks/{subnetwork}",
        subnetworks::patch::check,
    ),
    mutation(
        "compute.subnetworks.expandIpCidrRange",
        "POST",
        "regions/{region}/subnetworks/{subnetwork}/expandIpCidrRange",
        subnetworks::expand::check,
    ),
    mutation(
        "compute.subnetworks.delete",
        "DELETE",
        "regions/{region}/subnetworks/{subnetwork}",
        subnetworks::delete::check,
    ),
    test(
        "compute.subnetworks.testIamPermissions",
        "regions/{region}/subnetworks/{subnetwork}/testIamPermissions",
        permissions::test_subnetwork,
    ),
    read("compute.routes.list", "global/routes", routes::read::list),
    read("compute.routes.get", "global/routes/{route}", routes::read::get),
    mutation("compute.routes.insert", "POST", "global/routes", routes::insert::check),
    mutation("compute.routes.delete", "DELETE", "global/routes/{route}", routes::delete::check),
    read("compute.instances.list", "zones/{zone}/instances", instances::read::list),
    read("compute.instances.aggregatedList", "aggregated/instances", instances::read::aggregated),
    read("compute.instances.get", "zones/{zone}/instances/{instance}", instances::read::get),
    mutation("compute.instances.insert", "POST", "zones/{zone}/instances", instances::insert::check),
    mutation(
        "compute.instances.delete",
        "DELETE",
        "zones/{zone}/instances/{instance}",
        instances::delete::check,
    ),
    mutation(
        "compute.instances.updateNetworkInterface",
        "PATCH",
        "zones/{zone}/instances/{instance}/updateNetworkInterface",
        instances::patch_nic::check,
    ),
    test(
        "compute.instances.testIamPermissions",
        "zones/{zone}/instances/{instance}/testIamPermissions",
        permissions::test_instance,
    ),
    read("compute.globalAddresses.list", "global/addresses", reservations::addresses::list),
    read("compute.addresses.list", "regions/{region}/addresses", addresses::read::list),
    read("compute.addresses.aggregatedList", "aggregated/addresses", addresses::read::aggregated),
    read("compute.addresses.get", "regions/{region}/addresses/{address}", addresses::read::get),
    mutation("compute.addresses.insert", "POST", "regions/{region}/addresses", addresses::insert::check),
    mutation(
        "compute.addresses.delete",
        "DELETE",
        "regions/{region}/addresses/{address}",
        addresses::delete::check,
    ),
    read("compute.routers.list", "regions/{region}/routers", routers::read::list),
    read("compute.routers.get", "regions/{region}/routers/{router}", routers::read::get),
    read("compute.routers.aggregatedList", "aggregated/routers", routers::read::aggregated),
    read(
        "compute.routers.getRouterStatus",
        "regions/{region}/routers/{router}/getRouterStatus",
        routers::status::get,
    ),
    mutation("compute.routers.insert", "POST", "regions/{region}/routers", routers::insert::check),
    mutation("compute.routers.patch", "PATCH", "regions/{region}/routers/{router}", routers::patch::check),
    mutation("compute.routers.delete", "DELETE", "regions/{region}/routers/{router}", routers::delete::check),
    read("compute.firewalls.list", "global/firewalls", firewalls::read::list),
    read("compute.firewalls.get", "global/firewalls/{firewall}", firewalls::read::get),
    mutation("compute.firewalls.insert", "POST", "global/firewalls", firewalls::insert::check),
    mutation("compute.firewalls.patch", "PATCH", "global/firewalls/{firewall}", firewalls::patch::check),
    mutation(
        "compute.firewalls.update",
        "PUT",
        "global/firewalls/{firewall}",
        firewalls::patch::check_update,
    ),
    mutation("compute.firewalls.delete", "DELETE", "global/firewalls/{firewall}", firewalls::delete::check),
    read("compute.forwardingRules.list", "regions/{region}/forwardingRules", forwarding_rules::read::list),
    read(
        "compute.forwardingRules.aggregatedList",
        "aggregated/forwardingRules",
        forwarding_rules::read::aggregated,
    ),
    read(
        "compute.forwardingRules.get",
        "regions/{region}/forwardingRules/{forwardingRule}",
        forwarding_rules::read::get,
    ),
    mutation(
        "compute.forwardingRules.insert",
        "POST",
        "regions/{region}/forwardingRules",
        forwarding_rules::insert::check,
    ),
    mutation(
        "compute.forwardingRules.delete",
        "DELETE",
        "regions/{region}/forwardingRules/{forwardingRule}",
        forwarding_rules::delete::check,
    ),
    read("compute.targetPools.list", "regions/{region}/targetPools", target_pools::read::list),
    read("compute.targetPools.aggregatedList", "aggregated/targetPools", target_pools::read::aggregated),
    read("compute.targetPools.get", "regions/{region}/targetPools/{targetPool}", target_pools::read::get),
    mutation(
        "compute.targetPools.insert",
        "POST",
        "regions/{region}/targetPools",
        target_pools::insert::check,
    ),
    mutation(
        "compute.targetPools.addInstance",
        "POST",
        "regions/{region}/targetPools/{targetPool}/addInstance",
        target_pools::members::check_add,
    ),
    mutation(
        "compute.targetPools.removeInstance",
        "POST",
        "regions/{region}/targetPools/{targetPool}/removeInstance",
        target_pools::members::check_remove,
    ),
    mutation(
        "compute.targetPools.delete",
        "DELETE",
        "regions/{region}/targetPools/{targetPool}",
        target_pools::delete::check,
    ),
    read("compute.projects.get", "", places::get_project),
    read("compute.zones.list", "zones", places::list_zones),
    read("compute.zones.get", "zones/{zone}", places::get_zone),
    read("compute.regions.get", "regions/{region}", places::get_region),
    read("compute.globalOperations.list", "global/operations", operations::list),
    read("compute.globalOperations.aggregatedList", "aggregated/operations", operations::aggregated),
    read("compute.globalOperations.get", "global/operations/{operation}", operations::get),
    read("compute.regionOperations.list", "regions/{region}/operations", operations::list),
    read("compute.regionOperations.get", "regions/{region}/operations/{operation}", operations::get),
    read("compute.zoneOperations.list", "zones/{zone}/operations", operations::list),
    read("compute.zoneOperations.get", "zones/{zone}/operations/{operation}", operations::get),
    wait("compute.globalOperations.wait", "global/operations/{operation}/wait"),
    wait("compute.regionOperations.wait", "regions/{region}/operations/{operation}/wait"),
    wait("compute.zoneOperations.wait", "zones/{zone}/operations/{operation}/wait"),
];

const fn test(
    id: &'static str,
    path: &'static str,
    handler: fn(&World, &Call<'_>) -> Result<Answer, ApiError>,
) -> Method {
    Method { id, http: "POST", path, kind: Kind::Read, handler }
}

const fn wait(id: &'static str, path: &'static str) -> Method {
    Method { id, http: "POST", path, kind: Kind::Read, handler: operations::get }
}

/// The method of a path below `/compute/v1/projects/{project}/`, and the parts that stand for its `{names}`.
pub fn find<'a>(http: &str, path: &'a str) -> Option<(&'static Method, Vec<(&'static str, &'a str)>)> {
    METHODS.iter().filter(|method| method.http == http).find_map(|method| {
        let params = match_path(method.path, path)?;
        Some((method, params))
    })
}

/// The parts that stand for the `{names}` of a pattern in a path that has its form.
pub(super) fn match_path<'a>(pattern: &'static str, path: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let mut params = Vec::new();
    let mut parts = path.split('/');
    for want in pattern.split('/') {
        let part = parts.next().filter(|part| !part.is_empty() || want.is_empty())?;
        match want.strip_prefix('{').and_then(|want| want.strip_suffix('}')) {
            Some(name) => params.push((name, part)),
            None if want == part => {}
            None => return None,
        }
    }
    parts.next().is_none().then_some(params)
}
