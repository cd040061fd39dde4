//! A kube-apiserver in memory, for simulations in virtual time: no socket, no task, no clock of its own.
//!
//! Contract: what a [`kube::Client`] sees is what a real API server shows for the same requests, for the kinds of a
//! shoot's control plane and of this project's definitions: optimistic locks, status and scale as subresources,
//! generations, finalizers, pruning, demands of the schema, watches. The table of behaviours in `tests/behaviours/`
//! says what that means, and is run against both.
//!
//! Caveats: no authorisation, and whoever asks for its rights has them all; no server-side apply, JSON patch or dry run (refused); a strategic merge is a plain one;
//! lists come in one page; a Pod is deleted at once and a Namespace alone; nobody collects garbage.

mod built_in;
mod custom;
mod failure;
mod faults;
mod kind;
mod kinds;
mod metadata;
mod proxy;
mod scale;
mod schema;
mod selector;
mod server;
mod service;
mod store;
mod target;
mod verbs;
mod watch;

use std::sync::Arc;

use jiff::Timestamp;
use kube::Client;
use kube::api::ApiResource;
use serde_json::{Value, json};

pub use failure::{Cause, Failure};
pub use faults::{Broken, Call, Logged, Verdict};
use kinds::Kinds;
pub use proxy::{Behind, Destination, Passed};
use server::Server;
pub use service::{Connection, ReplyBody};
use store::Store;
use verbs::{At, Part};

use super::SeedError;
use crate::json::text;

/// A handle to one seed in memory; clones lead to the same.
#[derive(Clone)]
pub struct MemorySeed {
    server: Arc<Server>,
}

impl std::fmt::Debug for MemorySeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemorySeed")
    }
}

impl MemorySeed {
    /// An empty seed with the namespaces `default` and `kube-system`; `clock` gives the time for its timestamps.
    pub fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Result<Self, SeedError> {
        let seed = Self { server: Arc::new(Server::new(Kinds::load()?, Box::new(clock))) };
        for name in ["default", "kube-system"] {
            let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
            seed.put(&namespace).map_err(|failure| SeedError::Definition {
                definition: format!("namespace {name}"),
                cause: failure.to_string(),
            })?;
        }
        Ok(seed)
    }

    /// A client of the seed. It needs a running tokio runtime.
    pub fn client(&self) -> Client {
        Client::new(self.connection(), "default")
    }

    /// The service behind a client, to be wrapped in further layers.
    pub fn connection(&self) -> Connection {
        Connection { server: Arc::clone(&self.server) }
    }

    /// Decides from now on what happens to each request before it is served.
    pub fn before(&self, hook: impl FnMut(&Call) -> Verdict + Send + 'static) {
        self.server.set_hook(Box::new(hook));
    }

    /// From now on requests to pods and kubelets are passed on to `network`; until then they are answered with 503.
    pub fn put_before(&self, network: Arc<dyn Behind>) {
        self.server.set_network(network);
    }

    /// Every request so far, in order.
    pub fn calls(&self) -> Vec<Logged> {
        self.server.log()
    }

    /// Ends all watches, as a restart of the API server would; clients begin anew.
    pub fn end_watches(&self) {
        self.server.store().end_watches();
    }

    /// The object as stored, read without a request. The namespace is empty for cluster-scoped objects.
    pub fn get(&self, resource: &ApiResource, namespace: &str, name: &str) -> Option<Value> {
        self.server.store().get(&(qualified(resource), namespace.to_owned(), name.to_owned())).cloned()
    }

    /// Every version of every object of a kind that was ever stored, in order; not a request.
    pub fn versions(&self, resource: &ApiResource) -> Vec<Value> {
        self.server.store().versions(&qualified(resource))
    }

    /// Creates or replaces an object, status included, whatever its version; not a
    /// request. Shape and demands of its kind hold here too.
    pub fn put(&self, object: &Value) -> Result<Value, Failure> {
        let kind = self.server.kinds.of_object(object).ok_or_else(Failure::unknown_path)?;
        let (namespace, name) = (text(object, "/metadata/namespace"), text(object, "/metadata/name"));
        let at = At { kind, namespace, name };
        let mut store = self.server.store();
        if store.get(&Store::key(kind, namespace, name)).is_none() {
            return at.create(&mut store, object.clone(), Part::Whole, self.server.now());
        }
        let mut object = object.clone();
        crate::json::remove(&mut object, "/metadata/resourceVersion");
        crate::json::remove(&mut object, "/metadata/uid");
        at.update(&mut store, object, Part::Whole)
    }
}

/// Name of a resource: `<plural>.<group>`, or the plural alone.
fn qualified(resource: &ApiResource) -> String {
    match resource.group.as_str() {
        "" => resource.plural.clone(),
        group => format!("{}.{group}", resource.plural),
    }
}
