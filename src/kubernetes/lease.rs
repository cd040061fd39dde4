//! Clients of single Leases. May not know what the holder of a Lease does.

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use kube::api::{ObjectMeta, Patch, PatchParams, PostParams};
use kube::{Api, Client};
use serde_json::json;

use super::Error;

/// A client of one Lease of the seed.
#[derive(Clone)]
pub struct LeaseClient {
    api: Api<Lease>,
    namespace: String,
    name: String,
}

impl LeaseClient {
    /// A client of the Lease `namespace/name`, which need not exist.
    pub fn new(client: Client, namespace: &str, name: &str) -> Self {
        let api = Api::namespaced(client, namespace);
        Self { api, namespace: namespace.to_owned(), name: name.to_owned() }
    }

    /// The Lease as it is; `None`: it does not exist.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn get(&self) -> Result<Option<Lease>, Error> {
        self.api.get_opt(&self.name).await.map_err(Error::call("get", self.to_string()))
    }

    /// Creates the Lease.
    ///
    /// # Errors
    /// [`Error::Changed`] if somebody else has made it meanwhile; [`Error::Missing`] without its namespace; [`Error::Call`].
    pub async fn create(&self, spec: LeaseSpec) -> Result<Lease, Error> {
        let metadata = ObjectMeta { name: Some(self.name.clone()), ..ObjectMeta::default() };
        let lease = Lease { metadata, spec: Some(spec) };
        let created = self.api.create(&PostParams::default(), &lease).await;
        created.map_err(Error::call("create", self.to_string()))
    }

    /// Replaces the spec of `seen`, which must still be as it was seen.
    ///
    /// # Errors
    /// [`Error::Changed`] if it is not; [`Error::Missing`] or [`Error::Call`].
    pub async fn replace(&self, seen: &Lease, spec: LeaseSpec) -> Result<Lease, Error> {
        let lease = Lease { metadata: seen.metadata.clone(), spec: Some(spec) };
        let replaced = self.api.replace(&self.name, &PostParams::default(), &lease).await;
        replaced.map_err(Error::call("replace", self.to_string()))
    }

    /// Writes the fields that `spec` has, whoever wrote them last; makes the Lease if there is none.
    ///
    /// # Errors
    /// [`Error::Changed`] if somebody else has made it meanwhile; [`Error::Missing`] without its namespace; [`Error::Call`].
    pub async fn write(&self, spec: LeaseSpec) -> Result<(), Error> {
        let patch = Patch::Merge(json!({ "spec": spec }));
        let written = self.api.patch(&self.name, &PatchParams::default(), &patch).await;
        match written.map_err(Error::call("patch", self.to_string())) {
            Err(error) if error.is_missing() => self.create(spec).await.map(drop),
            written => written.map(drop),
        }
    }
}

impl std::fmt::Display for LeaseClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lease {}/{}", self.namespace, self.name)
    }
}
