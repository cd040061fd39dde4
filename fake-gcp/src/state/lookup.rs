//! Resources by what they are called.

use crate::model::addresses::Address;
use crate::model::firewalls::Firewall;
use crate::model::forwarding_rules::ForwardingRule;
use crate::model::instances::Instance;
use crate::model::networks::Network;
use crate::model::placed::Placed;
use crate::model::routers::Router;
use crate::model::subnetworks::{SubnetKey, Subnetwork};
use crate::model::tables::Resource;
use crate::state::State;

impl State {
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

    /// The resource of another kind of this project, place and name; `None` if it does not exist.
    pub(crate) fn other<T: Resource>(&self, project: &str, place: &str, name: &str) -> Option<&T> {
        self.store.project(project)?.others.get(&(place.to_owned(), name.to_owned()))
    }

    /// The resource of another kind of this project and place that is called by its name or numeric id.
    pub(crate) fn find_other<T: Resource>(&self, project: &str, place: &str, name: &str) -> Option<&T> {
        self.store.project(project)?.others.find(place, name)
    }

    /// The table of the resources of another kind in a project; none if nothing of it was ever made.
    pub(crate) fn table_of_others<T: Resource>(&self, project: &str) -> Option<&Placed<T>> {
        self.store.project(project)?.others.of()
    }

    /// All resources of another kind in a project.
    pub(crate) fn others<T: Resource>(&self, project: &str) -> impl Iterator<Item = &T> {
        self.store.project(project).into_iter().flat_map(|project| project.others.all())
    }

    /// The router of this project, region and name; `None` if it does not exist.
    pub(crate) fn router(&self, project: &str, region: &str, name: &str) -> Option<&Router> {
        self.store.project(project)?.routers.get(&(region.to_owned(), name.to_owned()))
    }

    /// The firewall rule of this project and name; `None` if it does not exist.
    pub(crate) fn firewall(&self, project: &str, name: &str) -> Option<&Firewall> {
        self.store.project(project)?.firewalls.get(&(String::new(), name.to_owned()))
    }

    /// The instance of this project, zone and name; `None` if it does not exist.
    pub(crate) fn instance(&self, project: &str, zone: &str, name: &str) -> Option<&Instance> {
        self.store.project(project)?.instances.get(&(zone.to_owned(), name.to_owned()))
    }

    /// Changes a subnetwork, if it exists.
    pub(crate) fn change_subnetwork(&mut self, key: &SubnetKey, change: impl FnOnce(&mut Subnetwork)) {
        let place = (key.region.clone(), key.name.clone());
        self.store.project_mut(&key.project).subnetworks.change(&place, change);
    }
}
