//! The dump of all resources of a project, as their APIs print them: what a test compares before and after.

use serde_json::{Value, json};

use crate::engine::World;
use crate::model::networks::Network;
use crate::model::routers::LearnedRoute;
use crate::model::store::Project;
use crate::resources::{policy_based_routes, routes};

impl World {
    /// The resources of a project by kind, in order of place and name; `None` if there is no such project.
    ///
    /// Nothing is left out or masked. What was not touched between two calls is printed the same, ids,
    /// timestamps and fingerprints included: equal dumps mean that the project holds what it held. What follows
    /// from other resources is printed as it is at the time: the users of an address, the subnets of a network,
    /// the warnings of a route, the routes of subnets.
    pub fn resources(&self, project: &str) -> Option<Value> {
        self.store.project(project).map(|resources| dump(self, project, resources))
    }
}

/// Reserved ranges, routes of peerings and learned routes are no resources of the API and are printed as they were given.
fn dump(world: &World, id: &str, project: &Project) -> Value {
    let networks: Vec<Value> = project.networks.values().map(|n| n.to_json(id, project)).collect();
    let subnetworks: Vec<Value> = project.subnetworks.values().map(|s| s.to_json()).collect();
    let routes: Vec<Value> = routes::read::all(world, id).into_values().collect();
    let instances: Vec<Value> =
        project.instances.values().map(|i| i.to_json(world.settings.switches.alias_order)).collect();
    let addresses: Vec<Value> = project.addresses.values().map(|a| a.to_json(id, project)).collect();
    let routers: Vec<Value> = project.routers.values().map(|router| router.to_json(id)).collect();
    let firewalls: Vec<Value> = project.firewalls.values().map(|rule| rule.to_json(id)).collect();
    let rules: Vec<Value> = project.forwarding_rules.values().map(|rule| rule.to_json(id)).collect();
    let pools: Vec<Value> = project.target_pools.values().map(|pool| pool.to_json(id)).collect();
    let accounts: Vec<Value> = project.service_accounts.values().map(|a| a.to_json()).collect();
    let reserved: Vec<Value> = project
        .reserved_ranges
        .iter()
        .map(|range| {
            json!({
                "network": range.network, "name": range.name, "cidr": range.cidr,
                "reservation": range.reservation,
            })
        })
        .collect();
    let imported: Vec<Value> = project.networks.values().flat_map(Network::peering_routes_as_given).collect();
    let learned: Vec<Value> = project.learned_routes.iter().map(LearnedRoute::as_given).collect();
    json!({
        "learnedRoutes": learned, "peeringRoutes": imported, "policyBasedRoutes": policy_based_routes::all(world, id), "networks": networks, "subnetworks": subnetworks, "routes": routes, "instances": instances,
        "addresses": addresses, "routers": routers, "firewalls": firewalls, "forwardingRules": rules,
        "targetPools": pools, "serviceAccounts": accounts, "reservedRanges": reserved,
    })
}
