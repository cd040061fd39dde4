//! The calls: reads of one object, whole lists, and [`Compute::run`] for a mutation.
//!
//! A read says `None` only if the API itself said that the object does not exist. A list is whole or an error. A
//! mutation is over when its operation is, and the operation's error is its error.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use url::Url;

use super::call::{Caller, Patience};
use super::error::{Class, Error, OperationError};
use super::mutation::{Mutation, Scope};
use super::operations::Poller;
use super::policy::Policy;
use super::token::TokenSource;
use super::transport::{Transport, UserAgent};
use super::types::{Instance, Network, Operation, OperationStatus, ResourceUrl, Route, Subnetwork};
use crate::seams::Rng;

/// Where Google's Compute API is.
pub const ENDPOINT: &str = "https://compute.googleapis.com/compute/v1/";

/// What the list of VMs is made of: no metadata, no disks.
const INSTANCE_FIELDS: &str = "items/*/instances(id,name,zone,status,tags/items,labels,canIpForward,\
    networkInterfaces(name,network,subnetwork,networkIP,fingerprint,stackType,aliasIpRanges)),\
    items/*/warning,nextPageToken,unreachables,warning";

/// Whom a client speaks to, and how patiently.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The project of all calls.
    pub project: String,
    /// The base URL of the API, version included.
    pub endpoint: String,
    /// Retries and polling.
    pub policy: Policy,
}

impl Config {
    /// Google, with the usual patience.
    pub fn new(project: impl Into<String>) -> Self {
        Self { project: project.into(), endpoint: ENDPOINT.to_owned(), policy: Policy::default() }
    }
}

/// A client of one project. Clones share connections, tokens and pollers.
#[derive(Clone)]
pub struct Compute {
    caller: Arc<Caller>,
    pollers: Arc<Mutex<BTreeMap<Scope, Arc<Poller>>>>,
}

/// A mutation that took effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// Its operation, which is over and has no error.
    pub operation: Operation,
}

impl Compute {
    /// A client. Nothing is sent yet.
    ///
    /// # Errors
    /// If the endpoint is not the URL of an HTTP server.
    pub fn new(
        config: Config,
        transport: Arc<dyn Transport>,
        tokens: Arc<dyn TokenSource>,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, Error> {
        let refused = |problem: String| Error::Request { call: config.endpoint.clone(), problem };
        let endpoint = Url::parse(&config.endpoint).map_err(|error| refused(error.to_string()))?;
        if !matches!(endpoint.scheme(), "https" | "http") {
            return Err(refused("neither https nor http".to_owned()));
        }
        let Config { project, policy, .. } = config;
        let transport = Arc::new(UserAgent(transport));
        let caller = Arc::new(Caller { transport, tokens, rng, endpoint, project, policy });
        Ok(Self { caller, pollers: Arc::default() })
    }

    /// The project of all calls.
    pub fn project(&self) -> &str {
        &self.caller.project
    }

    /// The URL of a network of this project, as the API takes it.
    pub fn network_url(&self, network: &str) -> ResourceUrl {
        ResourceUrl(format!("projects/{}/global/networks/{network}", self.caller.project))
    }

    /// A network; none if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn network(&self, name: &str) -> Result<Option<Network>, Error> {
        self.find(&Scope::Global.path(&format!("networks/{name}"))).await
    }

    /// A subnetwork; none if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn subnetwork(&self, region: &str, name: &str) -> Result<Option<Subnetwork>, Error> {
        self.find(&Scope::Region(region.to_owned()).path(&format!("subnetworks/{name}"))).await
    }

    /// A VM; none if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn instance(&self, zone: &str, name: &str) -> Result<Option<Instance>, Error> {
        self.find(&Scope::Zone(zone.to_owned()).path(&format!("instances/{name}"))).await
    }

    /// All subnetworks of a network, in all regions.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn subnetworks_of_network(&self, network: &str) -> Result<Vec<Subnetwork>, Error> {
        let filter = self.of_network(network);
        let mut list: Vec<Subnetwork> =
            self.caller.aggregated("aggregated/subnetworks", &[("filter", &filter)]).await?;
        list.retain(|subnetwork| subnetwork.network.same_as(&self.network_url(network)));
        Ok(list)
    }

    /// All routes of a network but those learned from peers: of nodes, of users, of subnetworks.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn routes(&self, network: &str) -> Result<Vec<Route>, Error> {
        let filter = self.of_network(network);
        let mut list: Vec<Route> =
            self.caller.list("global/routes", &[("filter", &filter)], Patience::Retry).await?;
        list.retain(|route| route.network.same_as(&self.network_url(network)));
        Ok(list)
    }

    /// All VMs of the project, in all zones.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn instances(&self) -> Result<Vec<Instance>, Error> {
        self.caller.aggregated("aggregated/instances", &[("fields", INSTANCE_FIELDS)]).await
    }

    /// The inserts of global objects, routes among them, that are not over yet, whoever began them.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn operations_in_flight(&self) -> Result<Vec<Operation>, Error> {
        let filter = [("filter", "(operationType eq insert) (status ne DONE)")];
        let mut list: Vec<Operation> =
            self.caller.list("global/operations", &filter, Patience::Retry).await?;
        list.retain(|operation| operation.status != OperationStatus::Done);
        Ok(list)
    }

    /// Carries out `mutation` and waits until its operation is over.
    ///
    /// The call bears a fresh `requestId`, the same at each retry, so that a lost reply is asked for again and not
    /// carried out again. Dropping the future stops the waiting, not the operation. Futures of this kind wait for their
    /// operations together: poll them all until they end, or drop them; one that is kept but not polled may hold up the
    /// others.
    ///
    /// # Errors
    /// If the API refuses it, its operation fails, or the outcome is not known in time.
    pub async fn run(&self, mutation: &Mutation) -> Result<Done, Error> {
        let mut begun = None;
        let after = self.caller.policy.deadline;
        let work = async {
            let operation = self.begin(mutation).await?;
            begun = Some(operation.name.clone());
            self.finish(mutation, operation).await
        };
        match timeout(after, work).await {
            Ok(result) => result,
            Err(_) => Err(Error::Deadline { mutation: mutation.label().to_owned(), operation: begun, after }),
        }
    }

    async fn begin(&self, mutation: &Mutation) -> Result<Operation, Error> {
        let request_id = self.caller.rng.uuid().to_string();
        let mut query: Vec<(&str, &str)> =
            mutation.query().iter().map(|(name, value)| (*name, value.as_str())).collect();
        query.push(("requestId", &request_id));
        let body = mutation.body().map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let call = self.caller.call(mutation.method().clone(), mutation.path(), &query, body, true)?;
        let operation: Operation = self.caller.fetch(&call, Patience::Retry).await?;
        if operation.name.is_empty() {
            let problem = "an operation without a name".to_owned();
            return Err(Error::Decode { call: call.label().to_owned(), problem });
        }
        tracing::debug!(mutation = mutation.label(), operation = %operation.name, "begun");
        Ok(operation)
    }

    async fn finish(&self, mutation: &Mutation, operation: Operation) -> Result<Done, Error> {
        let operation = if operation.status == OperationStatus::Done {
            operation
        } else {
            self.poller(mutation.scope()).wait(mutation.label(), &operation.name).await?
        };
        match OperationError::of(mutation.label(), &operation) {
            Some(error) => Err(Error::Operation(Box::new(error))),
            None => Ok(Done { operation }),
        }
    }

    fn poller(&self, scope: &Scope) -> Arc<Poller> {
        let mut pollers = self.pollers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Poller::new(self.caller.clone(), scope.clone()));
        pollers.entry(scope.clone()).or_insert_with(new).clone()
    }

    async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Error> {
        match self.caller.fetch(&self.caller.get(path, &[])?, Patience::Retry).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.class() == Class::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A filter in the language of whole-field regular expressions: objects of this network, under whatever host.
    fn of_network(&self, network: &str) -> String {
        // In brackets a dot, which ids of old projects have, stands for itself only.
        let path = self.network_url(network).0.replace('.', "[.]");
        format!("network eq \".*{path}\"")
    }
}
