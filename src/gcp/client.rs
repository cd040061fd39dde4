//! The client of Compute Engine, and how it carries out a mutation; its reads stand in a file of their own.
//!
//! A mutation is over when its operation is, and the operation's error is its error.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Method;
use planner::vocabulary::ProjectId;

use super::call::{Caller, Patience};
use super::config::Config;
use super::countdown::Countdown;
use super::error::{Class, Error, OperationError};
use super::mutation::{Mutation, Scope};
use super::operations::Poller;
use super::path::{Path, check_name};
use super::stack::Wire;
use super::token::TokenSource;
use super::types::{Operation, OperationStatus};
use crate::environment::Rng;

/// The base URL of Google's Compute API.
pub const ENDPOINT: &str = "https://compute.googleapis.com/compute/v1/";

/// A client of Compute Engine for one project. Clones share connections, tokens and pollers.
#[derive(Clone)]
pub struct Compute {
    pub(super) caller: Arc<Caller>,
    pollers: Arc<Mutex<BTreeMap<Scope, Arc<Poller>>>>,
}

/// A mutation that took effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The operation of the mutation, which is over and has no error.
    pub operation: Operation,
}

impl Compute {
    /// A client of the API that `config` names, over `wire`. Nothing is sent yet.
    ///
    /// # Errors
    /// If the endpoint is not the URL of an HTTP server.
    pub fn new(
        config: Config,
        wire: impl Into<Wire>,
        tokens: Arc<dyn TokenSource>,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, Error> {
        let caller = Arc::new(Caller::new(config, wire.into(), tokens, rng)?);
        Ok(Self { caller, pollers: Arc::default() })
    }

    /// The project that all calls go to.
    pub fn project(&self) -> &ProjectId {
        &self.caller.project
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
        self.run_with(mutation, Patience::Retry).await
    }

    /// Carries out `mutation`, but sends it once only: for a change that is right only as long as what was read right before it is.
    ///
    /// # Errors
    /// As [`run`](Self::run), and whatever would have passed with another try.
    pub async fn run_once(&self, mutation: &Mutation) -> Result<Done, Error> {
        self.run_with(mutation, Patience::Once).await
    }

    /// Whether the credentials may delete something of the collection at `path`: asked by deleting an object of a name that nobody has,
    /// which changes nothing. Whoever may is told that it does not exist, whoever may not is refused before anybody looks for it.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn may_delete(&self, path: &Path) -> Result<bool, Error> {
        let path = path.clone().name(&format!("probe-{}", self.caller.rng.uuid()));
        let request_id = self.caller.rng.uuid().to_string();
        let query = [("requestId", request_id.as_str())];
        let call = self.caller.call(Method::DELETE, &path, &query, Bytes::new(), true)?;
        match self.caller.fetch::<Operation>(&call, Patience::Retry).await {
            Ok(_) => Ok(true),
            Err(error) => match error.class() {
                Class::NotFound => Ok(true),
                Class::Forbidden => Ok(false),
                _ => Err(error),
            },
        }
    }

    async fn run_with(&self, mutation: &Mutation, patience: Patience) -> Result<Done, Error> {
        let mut begun = None;
        let after = self.caller.policy.deadline;
        let deadline = Countdown::new(after);
        let work = async {
            let operation = self.begin(mutation, patience, &deadline).await?;
            begun = Some(operation.name.clone());
            self.finish(mutation, operation, &deadline).await
        };
        match deadline.limit(work).await {
            Some(result) => result,
            None => Err(Error::Deadline { mutation: mutation.label().to_owned(), operation: begun, after }),
        }
    }

    async fn begin(
        &self,
        mutation: &Mutation,
        patience: Patience,
        deadline: &Countdown,
    ) -> Result<Operation, Error> {
        let caller = self.caller.holding(vec![deadline.clone()]);
        let request_id = caller.rng.uuid().to_string();
        let mut query: Vec<(&str, &str)> =
            mutation.query().iter().map(|(name, value)| (*name, value.as_str())).collect();
        query.push(("requestId", &request_id));
        let body = mutation.body().map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let call = caller.call(mutation.method().clone(), mutation.path(), &query, body, true)?;
        // The path of an insert does not name the object.
        let call = call.called(mutation.label()).bearing_fingerprint(mutation.bears_fingerprint());
        let operation: Operation = caller.fetch(&call, patience).await?;
        if check_name(&operation.name).is_err() {
            let problem = "an operation without a name".to_owned();
            return Err(Error::Decode { call: call.label().to_owned(), problem });
        }
        tracing::debug!(mutation = mutation.label(), operation = %operation.name, "begun");
        Ok(operation)
    }

    async fn finish(
        &self,
        mutation: &Mutation,
        operation: Operation,
        deadline: &Countdown,
    ) -> Result<Done, Error> {
        let operation = if operation.status == OperationStatus::Done {
            operation
        } else {
            self.poller(mutation.scope()).wait(mutation.label(), &operation.name, deadline).await?
        };
        match OperationError::of(mutation.label(), &operation) {
            Some(error) => {
                Err(Error::Operation(Box::new(error.to_fingerprint(mutation.bears_fingerprint()))))
            }
            None => Ok(Done { operation }),
        }
    }

    fn poller(&self, scope: &Scope) -> Arc<Poller> {
        let mut pollers = self.pollers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Poller::new(self.caller.clone(), scope.clone()));
        pollers.entry(scope.clone()).or_insert_with(new).clone()
    }
}
