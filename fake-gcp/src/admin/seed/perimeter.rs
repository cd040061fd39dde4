//! The surroundings of the machines in an initial state: addresses, routers, firewall rules, load balancers, service
//! accounts. Routers, rules and pools are written as the API takes them and read by the same code, with the same errors.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::apply::{require_name, require_region};
use super::{Seed, SeedError};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::engine::World;
use crate::resources::addresses::{self, Address};
use crate::resources::routers::status::LearnedRoute;
use crate::resources::service_accounts::{self, ServiceAccount};
use crate::resources::subnetworks::SubnetKey;
use crate::resources::{firewalls, forwarding_rules, routers, target_pools};

/// A reserved address of the initial state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name, of the form that Compute asks for (RFC 1035).
    pub name: String,
    /// Name of the subnetwork that the address is taken from, in the same region; `None`: the address is external.
    #[serde(default)]
    pub subnetwork: Option<String>,
    /// Address itself; the lowest free one unless given.
    #[serde(default)]
    pub address: Option<Ipv4Addr>,
}

/// A router of the initial state.
#[derive(Debug, Clone, Deserialize)]
pub struct RouterSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// Name of its network.
    pub network: String,
    /// The fields as the API takes them: `name`, `nats` and all else.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// A route of the initial state that a router learned.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LearnedRouteSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the region of the router.
    pub region: String,
    /// Name of the router.
    pub router: String,
    /// Destination, as a CIDR.
    pub dest_range: Ipv4Net,
    /// Address of the neighbour that it was learned from.
    pub next_hop_ip: Ipv4Addr,
    /// Priority; 100 unless given.
    #[serde(default)]
    pub priority: Option<u32>,
}

/// A firewall rule of the initial state.
#[derive(Debug, Clone, Deserialize)]
pub struct FirewallSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of its network.
    pub network: String,
    /// The fields as the API takes them: `name`, `allowed` and all else.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// A target pool of the initial state.
#[derive(Debug, Clone, Deserialize)]
pub struct TargetPoolSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// The fields as the API takes them: `name`, `instances` and all else.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// A forwarding rule of the initial state.
#[derive(Debug, Clone, Deserialize)]
pub struct ForwardingRuleSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Name of the region, such as `europe-west1`.
    pub region: String,
    /// The fields as the API takes them: `name`, `target`, `subnetwork` and all else.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// A service account of the initial state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceAccountSeed {
    /// Id of the project, as it stands in URLs.
    pub project: String,
    /// Part of the e-mail address before the `@`.
    pub account_id: String,
    /// Name for people, `displayName`.
    #[serde(default)]
    pub display_name: Option<String>,
}

/// Adds the surroundings, in the order addresses, routers, learned routes, firewall rules, target pools, forwarding rules, service accounts.
pub(super) fn add(world: &mut World, seed: &Seed) -> Result<(), SeedError> {
    for (index, address) in seed.addresses.iter().enumerate() {
        add_address(world, address, &format!("addresses[{index}]"))?;
    }
    for (index, router) in seed.routers.iter().enumerate() {
        add_router(world, router, &format!("routers[{index}]"))?;
    }
    for (index, route) in seed.learned_routes.iter().enumerate() {
        add_learned_route(world, route, &format!("learnedRoutes[{index}]"))?;
    }
    for (index, firewall) in seed.firewalls.iter().enumerate() {
        add_firewall(world, firewall, &format!("firewalls[{index}]"))?;
    }
    for (index, pool) in seed.target_pools.iter().enumerate() {
        add_target_pool(world, pool, &format!("targetPools[{index}]"))?;
    }
    for (index, rule) in seed.forwarding_rules.iter().enumerate() {
        add_forwarding_rule(world, rule, &format!("forwardingRules[{index}]"))?;
    }
    for (index, account) in seed.service_accounts.iter().enumerate() {
        add_service_account(world, account, &format!("serviceAccounts[{index}]"))?;
    }
    Ok(())
}

fn refused(at: &str) -> impl Fn(ApiError) -> SeedError {
    move |error| SeedError::Refused { at: at.to_owned(), why: error.message }
}

/// The fields of an entry with the reference to its network, as the API takes them.
fn body(project: &str, network: &str, fields: &Map<String, Value>) -> Body {
    let mut fields = fields.clone();
    fields.insert("network".to_owned(), reference::global(project, "networks", network).into());
    Body::of(fields)
}

fn add_address(world: &mut World, seed: &AddressSeed, at: &str) -> Result<(), SeedError> {
    require_name(&seed.name, at)?;
    require_region(&seed.region, at)?;
    let subnet = seed.subnetwork.clone().map(|name| SubnetKey {
        project: seed.project.clone(),
        region: seed.region.clone(),
        name,
    });
    let picked = match (&subnet, seed.address) {
        (Some(subnet), wanted) => addresses::insert::pick_internal(world, subnet, wanted),
        (None, Some(address)) => Ok(address),
        (None, None) => addresses::insert::pick(world),
    };
    let path = reference::regional(&seed.project, &seed.region, "addresses", &seed.name);
    let context = world.seeding(&seed.project, path);
    let address = Address {
        id: context.target_id,
        region: seed.region.clone(),
        name: seed.name.clone(),
        description: String::new(),
        subnet,
        address: picked.map_err(refused(at))?,
        network_tier: "PREMIUM".to_owned(),
        labels: Map::new(),
        created: context.done,
    };
    addresses::insert::add(world, &seed.project, address);
    Ok(())
}

fn add_router(world: &mut World, seed: &RouterSeed, at: &str) -> Result<(), SeedError> {
    require_region(&seed.region, at)?;
    let body = body(&seed.project, &seed.network, &seed.fields);
    let mut router = routers::insert::read(world, &seed.project, &seed.region, &body).map_err(refused(at))?;
    let context = world.seeding(&seed.project, router.path(&seed.project));
    (router.id, router.created) = (context.target_id, context.done);
    routers::insert::add(world, &seed.project, router);
    Ok(())
}

fn add_learned_route(world: &mut World, seed: &LearnedRouteSeed, at: &str) -> Result<(), SeedError> {
    if world.router(&seed.project, &seed.region, &seed.router).is_none() {
        let what = reference::regional(&seed.project, &seed.region, "routers", &seed.router);
        return Err(SeedError::Missing { at: format!("{at}.router"), what });
    }
    let route = LearnedRoute {
        router: (seed.region.clone(), seed.router.clone()),
        dest: seed.dest_range.trunc(),
        next_hop: seed.next_hop_ip,
        priority: seed.priority.unwrap_or(100),
        created: world.now(),
    };
    world.store.project_mut(&seed.project).learned_routes.push(route);
    Ok(())
}

fn add_firewall(world: &mut World, seed: &FirewallSeed, at: &str) -> Result<(), SeedError> {
    let body = body(&seed.project, &seed.network, &seed.fields);
    let mut firewall = firewalls::insert::read(world, &seed.project, &body).map_err(refused(at))?;
    let context = world.seeding(&seed.project, firewall.path(&seed.project));
    (firewall.id, firewall.created) = (context.target_id, context.done);
    firewalls::insert::add(world, &seed.project, firewall);
    Ok(())
}

fn add_target_pool(world: &mut World, seed: &TargetPoolSeed, at: &str) -> Result<(), SeedError> {
    require_region(&seed.region, at)?;
    let body = Body::of(seed.fields.clone());
    let read = target_pools::insert::read(world, &seed.project, &seed.region, &body);
    let mut pool = read.map_err(refused(at))?;
    let context = world.seeding(&seed.project, pool.path(&seed.project));
    (pool.id, pool.created) = (context.target_id, context.done);
    target_pools::insert::add(world, &seed.project, pool);
    Ok(())
}

fn add_forwarding_rule(world: &mut World, seed: &ForwardingRuleSeed, at: &str) -> Result<(), SeedError> {
    require_region(&seed.region, at)?;
    let body = Body::of(seed.fields.clone());
    let read = forwarding_rules::insert::read(world, &seed.project, &seed.region, &body);
    let wanted = read.map_err(refused(at))?;
    let mut rule = wanted.rule;
    let picked = forwarding_rules::address::pick(world, &seed.project, &rule, wanted.address);
    rule.address = picked.map_err(refused(at))?;
    let context = world.seeding(&seed.project, rule.path(&seed.project));
    (rule.id, rule.created) = (context.target_id, context.done);
    forwarding_rules::insert::add(world, &seed.project, rule);
    Ok(())
}

fn add_service_account(world: &mut World, seed: &ServiceAccountSeed, at: &str) -> Result<(), SeedError> {
    if !service_accounts::create::is_account_id(&seed.account_id) {
        let why = "is no account id: a letter, then letters, digits and dashes, 6 to 30";
        return Err(SeedError::Malformed {
            at: format!("{at}.accountId"),
            value: seed.account_id.clone(),
            why,
        });
    }
    let account = ServiceAccount {
        unique_id: world.ids.unique_id(),
        project: seed.project.clone(),
        account_id: seed.account_id.clone(),
        display_name: seed.display_name.clone(),
        description: None,
        visible: world.now(),
    };
    service_accounts::create::add(world, account);
    Ok(())
}
