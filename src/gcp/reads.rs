//! Reads of one object, and whole lists.
//!
//! A read says `None` only if the API itself said that the object does not exist. A list is whole or an error.

use super::call::Patience;
use super::client::Compute;
use super::error::Error;
use super::filter;
use super::list::Extent;
use super::mutation::Scope;
use super::path::Path;
use super::types::{
    Address, Firewall, ForwardingRule, Instance, Network, Operation, OperationStatus, Quota, Quotas,
    ResourceUrl, Route, Router, Subnetwork, TargetPool,
};
use crate::excerpt::Excerpt;

/// What the list of VMs is made of: no metadata, no disks.
const INSTANCE_FIELDS: &str = "items/*/instances(id,name,zone,status,tags/items,labels,canIpForward,\
    networkInterfaces(name,network,subnetwork,networkIP,fingerprint,stackType,aliasIpRanges)),\
    items/*/warning,nextPageToken,unreachables,warning";

/// What the list of operations is made of.
const OPERATION_FIELDS: &str = "items/*/operations(name,status,operationType,targetLink),\
    items/*/warning,nextPageToken,unreachables,warning";

/// Without it, Google may refuse a whole list because of one place.
const PARTIAL: (&str, &str) = ("returnPartialSuccess", "true");

impl Compute {
    /// The URL of a network of this project, as the API takes it.
    pub fn network_url(&self, network: &str) -> ResourceUrl {
        ResourceUrl(format!("projects/{}/global/networks/{network}", self.caller.project))
    }

    /// A network; none if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn network(&self, name: &str) -> Result<Option<Network>, Error> {
        self.caller.find(&Scope::Global.path().word("networks").name(name)).await
    }

    /// A subnetwork; none if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn subnetwork(&self, region: &str, name: &str) -> Result<Option<Subnetwork>, Error> {
        self.caller.find(&Scope::Region(region.to_owned()).path().word("subnetworks").name(name)).await
    }

    /// A VM; none if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn instance(&self, zone: &str, name: &str) -> Result<Option<Instance>, Error> {
        self.caller.find(&Scope::Zone(zone.to_owned()).path().word("instances").name(name)).await
    }

    /// All subnetworks of a network, in all regions.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn subnetworks_of_network(&self, network: &str) -> Result<Vec<Subnetwork>, Error> {
        let filter = self.of_network(network)?;
        let query = [("filter", filter.as_str())];
        let mut list: Vec<Subnetwork> = self
            .caller
            .aggregated(&Path::of("aggregated").word("subnetworks"), &query, Extent::Everywhere)
            .await?;
        list.retain(|subnetwork| subnetwork.network.same_as(&self.network_url(network)));
        Ok(list)
    }

    /// All subnetworks of a network in one region. It can be had while other regions do not answer.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn subnetworks_in_region(&self, network: &str, region: &str) -> Result<Vec<Subnetwork>, Error> {
        let filter = self.of_network(network)?;
        let path = Scope::Region(region.to_owned()).path().word("subnetworks");
        let mut list: Vec<Subnetwork> =
            self.caller.list(&path, &[("filter", &filter)], Patience::Retry).await?;
        list.retain(|subnetwork| subnetwork.network.same_as(&self.network_url(network)));
        Ok(list)
    }

    /// A Cloud Router with its NATs; none if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn router(&self, region: &str, name: &str) -> Result<Option<Router>, Error> {
        self.caller.find(&Scope::Region(region.to_owned()).path().word("routers").name(name)).await
    }

    /// A firewall rule, of whatever network; none if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn firewall(&self, name: &str) -> Result<Option<Firewall>, Error> {
        self.caller.find(&Scope::Global.path().word("firewalls").name(name)).await
    }

    /// All firewall rules of a network.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn firewalls(&self, network: &str) -> Result<Vec<Firewall>, Error> {
        let filter = self.of_network(network)?;
        let mut list: Vec<Firewall> = self
            .caller
            .list(&Scope::Global.path().word("firewalls"), &[("filter", &filter)], Patience::Retry)
            .await?;
        list.retain(|firewall| firewall.network.same_as(&self.network_url(network)));
        Ok(list)
    }

    /// All reserved addresses of a region, internal ones too.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn addresses(&self, region: &str) -> Result<Vec<Address>, Error> {
        let path = Scope::Region(region.to_owned()).path().word("addresses");
        self.caller.list(&path, &[], Patience::Retry).await
    }

    /// All forwarding rules of a region.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn forwarding_rules(&self, region: &str) -> Result<Vec<ForwardingRule>, Error> {
        let path = Scope::Region(region.to_owned()).path().word("forwardingRules");
        self.caller.list(&path, &[], Patience::Retry).await
    }

    /// All forwarding rules of the project, in all regions.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn forwarding_rules_everywhere(&self) -> Result<Vec<ForwardingRule>, Error> {
        let path = Path::of("aggregated").word("forwardingRules");
        self.caller.aggregated(&path, &[], Extent::Everywhere).await
    }

    /// All target pools of a region.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn target_pools(&self, region: &str) -> Result<Vec<TargetPool>, Error> {
        let path = Scope::Region(region.to_owned()).path().word("targetPools");
        self.caller.list(&path, &[], Patience::Retry).await
    }

    /// The quotas of the project and of a region.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn quotas(&self, region: &str) -> Result<Vec<Quota>, Error> {
        let fields = [("fields", "quotas")];
        let project: Quotas =
            self.caller.fetch(&self.caller.get(&Path::project(), &fields)?, Patience::Once).await?;
        let region = self.caller.get(&Scope::Region(region.to_owned()).path(), &fields)?;
        let region: Quotas = self.caller.fetch(&region, Patience::Once).await?;
        Ok(project.quotas.into_iter().chain(region.quotas).collect())
    }

    /// All routes of a network but those learned from peers: of nodes, of users, of subnetworks.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn routes(&self, network: &str) -> Result<Vec<Route>, Error> {
        let filter = self.of_network(network)?;
        let mut list: Vec<Route> = self
            .caller
            .list(&Scope::Global.path().word("routes"), &[("filter", &filter)], Patience::Retry)
            .await?;
        list.retain(|route| route.network.same_as(&self.network_url(network)));
        Ok(list)
    }

    /// All VMs of the project, in all zones.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn instances(&self) -> Result<Vec<Instance>, Error> {
        let query = [("fields", INSTANCE_FIELDS)];
        self.caller.aggregated(&Path::of("aggregated").word("instances"), &query, Extent::Everywhere).await
    }

    /// All VMs of the project in the zones of one region. It can be had while other regions do not answer.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn instances_in(&self, region: &str) -> Result<Vec<Instance>, Error> {
        self.instances_where(region, &[]).await
    }

    /// Those of them whose names begin with `name` and a dash, so that the list grows with them and not with the project.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn instances_called(&self, region: &str, name: &str) -> Result<Vec<Instance>, Error> {
        let call = || format!("lists of VMs called {}-…", Excerpt(name));
        let filter = filter::beginning_with(name).map_err(|problem| Error::Name { call: call(), problem })?;
        let mut list = self.instances_where(region, &[("filter", &filter)]).await?;
        let called = |name_of: &str| name_of.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        list.retain(|instance| called(&instance.name));
        Ok(list)
    }

    async fn instances_where(&self, region: &str, filter: &[(&str, &str)]) -> Result<Vec<Instance>, Error> {
        let query = [[("fields", INSTANCE_FIELDS), PARTIAL].as_slice(), filter].concat();
        self.caller
            .aggregated(&Path::of("aggregated").word("instances"), &query, Extent::Region(region))
            .await
    }

    /// The operations that are not over yet on what is global or in one region or its zones, whoever began them. They can be had
    /// while other regions do not answer.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn operations_in_flight(&self, region: &str) -> Result<Vec<Operation>, Error> {
        let query = [("fields", OPERATION_FIELDS), ("filter", "status ne DONE"), PARTIAL];
        let mut list: Vec<Operation> = self
            .caller
            .aggregated(&Path::of("aggregated").word("operations"), &query, Extent::Region(region))
            .await?;
        list.retain(|operation| operation.status != OperationStatus::Done);
        Ok(list)
    }

    /// The filter for objects of this network.
    fn of_network(&self, network: &str) -> Result<String, Error> {
        let call = || format!("lists of what is in network {}", Excerpt(network));
        let filter = filter::of_network(&self.caller.project, network);
        filter.map_err(|problem| Error::Name { call: call(), problem })
    }
}
