//! All resources, by project, in plain ordered maps without rules.

use std::collections::BTreeMap;

use crate::model::addresses::Address;
use crate::model::firewalls::Firewall;
use crate::model::forwarding_rules::ForwardingRule;
use crate::model::instances::Instances;
use crate::model::networks::Network;
use crate::model::placed::{Key, Placed};
use crate::model::policy_based_routes::PolicyBasedRoute;
use crate::model::reservations::ReservedRange;
use crate::model::routers::LearnedRoute;
use crate::model::routers::Router;
use crate::model::routes::Routes;
use crate::model::service_accounts::ServiceAccount;
use crate::model::subnetworks::Subnetwork;
use crate::model::tables::Tables;

/// Projects by id.
#[derive(Debug, Clone, Default)]
pub struct Store(pub(crate) BTreeMap<String, Project>);

/// The resources of a project.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Networks by name.
    pub networks: BTreeMap<String, Network>,
    /// Subnetworks by region and name.
    pub subnetworks: Placed<Subnetwork>,
    /// Static routes, those to the default internet gateway included.
    pub routes: Routes,
    /// Instances.
    pub instances: Instances,
    /// Addresses by region and name.
    pub addresses: Placed<Address>,
    /// Routers by region and name.
    pub routers: Placed<Router>,
    /// Routes that the routers learned.
    pub learned_routes: Vec<LearnedRoute>,
    /// Firewall rules by name; their place is none.
    pub firewalls: Placed<Firewall>,
    /// Forwarding rules by region and name.
    pub forwarding_rules: Placed<ForwardingRule>,
    /// Resources of all other kinds.
    pub others: Tables,
    /// Service accounts by e-mail address.
    pub service_accounts: BTreeMap<String, ServiceAccount>,
    /// Reserved ranges, by their kind and name.
    pub reserved_ranges: Placed<ReservedRange>,
    /// Policy-based routes.
    pub policy_based_routes: Vec<PolicyBasedRoute>,
}

impl Store {
    /// The project of this id, if there is one.
    pub fn project(&self, id: &str) -> Option<&Project> {
        self.0.get(id)
    }

    /// The project of this id, made if it does not exist.
    pub(crate) fn project_mut(&mut self, id: &str) -> &mut Project {
        self.0.entry(id.to_owned()).or_default()
    }
}

impl Project {
    /// The subnets of a network in order of region and name.
    pub fn subnetworks_of<'a>(&'a self, network: &'a str) -> impl Iterator<Item = &'a Subnetwork> {
        self.subnetworks.with(&Key::Network(network.to_owned()))
    }
}
