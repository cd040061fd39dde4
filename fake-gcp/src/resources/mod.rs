//! Resource kinds, one folder each, with the same parts: `mod` (fields), `insert`, `patch`, `delete`, `read`.
//!
//! A `check` function looks at a request and the world and gives the mutation that may start; an `apply`
//! function lets it take effect when its operation ends, and checks once more what may have changed since.
//! Service accounts, IAM's only kind here, have no operations: each call takes effect as it is answered.

pub mod addresses;
pub mod firewalls;
mod fixed;
pub mod forwarding_rules;
pub mod instances;
pub mod networks;
pub mod operations;
pub(crate) mod permissions;
pub mod places;
pub mod policy_based_routes;
pub(crate) mod quotas;
mod references;
pub mod reservations;
pub mod routers;
pub mod routes;
pub mod service_accounts;
pub mod subnetworks;
pub mod target_pools;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::engine::{Context, World};
use crate::model::addresses::Address;
use crate::model::firewalls::Firewall;
use crate::model::forwarding_rules::ForwardingRule;
use crate::model::instances::Instance;
use crate::model::networks::Network;
use crate::model::routers::Router;
use crate::model::subnetworks::SubnetKey;
use crate::model::subnetworks::Subnetwork;
use crate::model::target_pools::TargetPool;
use references::{network_reference, subnetwork_reference};

/// The effect of an operation when it ends.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Effect on a network.
    Network(networks::Effect),
    /// Effect on a subnetwork.
    Subnetwork(subnetworks::Effect),
    /// Effect on a route.
    Route(routes::Effect),
    /// Effect on an instance.
    Instance(instances::Effect),
    /// Effect on an address.
    Address(addresses::Effect),
    /// Effect on a router.
    Router(routers::Effect),
    /// Effect on a firewall rule.
    Firewall(firewalls::Effect),
    /// Effect on a forwarding rule.
    ForwardingRule(forwarding_rules::Effect),
    /// Effect on a target pool.
    TargetPool(target_pools::Effect),
}

impl Effect {
    /// Lets the effect take place; an error becomes the operation's.
    pub(crate) fn apply(self, world: &mut World, context: &Context) -> Result<(), ApiError> {
        match self {
            Self::Network(effect) => effect.apply(world, context),
            Self::Subnetwork(effect) => effect.apply(world, context),
            Self::Route(effect) => effect.apply(world, context),
            Self::Instance(effect) => effect.apply(world, context),
            Self::Address(effect) => effect.apply(world, context),
            Self::Router(effect) => effect.apply(world, context),
            Self::Firewall(effect) => effect.apply(world, context),
            Self::ForwardingRule(effect) => effect.apply(world, context),
            Self::TargetPool(effect) => effect.apply(world, context),
        }
    }
}

/// Reads the `name` of a body, which must be there, and of the form that Compute asks for.
fn name(body: &Body) -> Result<String, ApiError> {
    let name = body.require("name")?;
    if !reference::is_name(name) {
        let why = "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
        return Err(body.invalid("name", why));
    }
    Ok(name.to_owned())
}

/// Priority of a route or a firewall rule that names none.
const DEFAULT_PRIORITY: u32 = 1000;

/// Reads the `priority` of a body.
fn priority(body: &Body) -> Result<u32, ApiError> {
    let given = body.integer_in("priority", 0..=65_535)?;
    Ok(given.and_then(|priority| u32::try_from(priority).ok()).unwrap_or(DEFAULT_PRIORITY))
}

/// Refuses a new resource: 409 if it exists or is just being made, 400 if another operation on it is in flight.
fn require_new(world: &World, target: &str, exists: bool) -> Result<(), ApiError> {
    let being_made =
        world.operations.on(target).is_some_and(|operation| operation.operation_type == "insert");
    if being_made || (exists && world.operations.on(target).is_none()) {
        return Err(ApiError::already_exists(target));
    }
    world.operations.require_idle(target)
}

/// Reads the `networkTier` of a body.
fn network_tier(body: &Body) -> Result<&str, ApiError> {
    match body.string("networkTier")? {
        None => Ok("PREMIUM"),
        Some(tier @ ("PREMIUM" | "STANDARD")) => Ok(tier),
        Some(_) => Err(body.invalid("networkTier", "Must be one of [PREMIUM, STANDARD].")),
    }
}

impl World {
    /// The network of this project and name; `None` if it does not exist.
    pub(crate) fn network(&self, project: &str, name: &str) -> Option<&Network> {
        self.store.project(project)?.networks.get(name)
    }

    /// The subnetwork of this key; `None` if it does not exist.
    pub(crate) fn subnetwork(&self, key: &SubnetKey) -> Option<&Subnetwork> {
        self.store.project(&key.project)?.subnetworks.get(&(key.region.clone(), key.name.clone()))
    }

    /// The address of this project, region and name; `None` if it does not exist.
    pub(crate) fn address(&self, project: &str, region: &str, name: &str) -> Option<&Address> {
        self.store.project(project)?.addresses.get(&(region.to_owned(), name.to_owned()))
    }

    /// The forwarding rule of this project, region and name; `None` if it does not exist.
    pub(crate) fn forwarding_rule(&self, project: &str, region: &str, name: &str) -> Option<&ForwardingRule> {
        self.store.project(project)?.forwarding_rules.get(&(region.to_owned(), name.to_owned()))
    }

    /// The target pool of this project, region and name; `None` if it does not exist.
    pub(crate) fn target_pool(&self, project: &str, region: &str, name: &str) -> Option<&TargetPool> {
        self.store.project(project)?.target_pools.get(&(region.to_owned(), name.to_owned()))
    }

    /// The router of this project, region and name; `None` if it does not exist.
    pub(crate) fn router(&self, project: &str, region: &str, name: &str) -> Option<&Router> {
        self.store.project(project)?.routers.get(&(region.to_owned(), name.to_owned()))
    }

    /// The firewall rule of this project and name; `None` if it does not exist.
    pub(crate) fn firewall(&self, project: &str, name: &str) -> Option<&Firewall> {
        self.store.project(project)?.firewalls.get(name)
    }

    /// The instance of this project, zone and name; `None` if it does not exist.
    pub(crate) fn instance(&self, project: &str, zone: &str, name: &str) -> Option<&Instance> {
        self.store.project(project)?.instances.get(&(zone.to_owned(), name.to_owned()))
    }
}
