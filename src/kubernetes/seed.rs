//! The seed: reads the objects of the contract, and writes finalizers and annotations of Infrastructures.

use k8s_openapi::api::core::v1;
use kube::api::{ListParams, Patch, PatchParams};
use kube::core::DynamicObject;
use kube::{Api, Client, Resource};
use planner::documents::cluster::Cluster;
use planner::text::Quoted;
use serde_json::{Value, json};

use super::read::{is_object_name, read};
use super::secret::Document;
use super::{Error, Secret};
use crate::api::cluster::cluster_resource;
use crate::api::infrastructure::{Infrastructure, infrastructure_resource};
use crate::api::object::RawObject;

/// The most tries of a write that conflicts with somebody else's.
const CONFLICTS: u32 = 5;
/// The label with the role of a namespace.
const NAMESPACE_ROLE: &str = "gardener.cloud/role";
/// The role of the namespace of a shoot's control plane.
const SHOOT_ROLE: &str = "shoot";

/// A client of the seed with the calls that this controller needs.
#[derive(Clone)]
pub struct Seed {
    pub(super) client: Client,
}

impl Seed {
    /// A seed that `client` reaches.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The Infrastructures of all namespaces, for watching.
    pub fn infrastructures(&self) -> Api<RawObject> {
        Api::all_with(self.client.clone(), &infrastructure_resource())
    }

    /// The Infrastructure `namespace/name`, if it exists.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn infrastructure(&self, namespace: &str, name: &str) -> Result<Option<Infrastructure>, Error> {
        self.infrastructures_in(namespace)
            .get_opt(name)
            .await
            .map_err(Error::call("get", format!("Infrastructure {namespace}/{name}")))
    }

    /// The Infrastructures in `namespace`, for reading and writing single ones.
    pub fn infrastructures_in(&self, namespace: &str) -> Api<Infrastructure> {
        Api::namespaced_with(self.client.clone(), namespace, &infrastructure_resource())
    }

    /// The names of the Infrastructures in `namespace`.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn infrastructure_names(&self, namespace: &str) -> Result<Vec<String>, Error> {
        let list = self.infrastructure_list(Some(namespace)).await?;
        Ok(list.into_iter().filter_map(|item| item.metadata.name).collect())
    }

    /// All Infrastructures in `namespace`, or, without one, of the seed; in one list, each to be decoded by itself.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn infrastructure_list(&self, namespace: Option<&str>) -> Result<Vec<RawObject>, Error> {
        let (all, place): (Api<RawObject>, _) = match namespace {
            Some(namespace) => (
                Api::namespaced_with(self.client.clone(), namespace, &infrastructure_resource()),
                format!(" in {namespace}"),
            ),
            None => (self.infrastructures(), String::new()),
        };
        let list = all.list(&ListParams::default()).await;
        Ok(list.map_err(Error::call("list", format!("Infrastructures{place}")))?.items)
    }

    /// The Cluster called `name`, which must exist.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::NotUnderstood`] or [`Error::Call`].
    pub async fn cluster(&self, name: &str) -> Result<Cluster, Error> {
        let url = DynamicObject::url_path(&cluster_resource(), None);
        read(&self.client, url, name, format!("Cluster {name}")).await
    }

    /// Whether the namespace called `name` is that of a shoot's control plane.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn is_shoot_namespace(&self, name: &str) -> Result<bool, Error> {
        let namespace = Api::<v1::Namespace>::all(self.client.clone())
            .get(name)
            .await
            .map_err(Error::call("get", format!("Namespace {name}")))?;
        let labels = namespace.metadata.labels.unwrap_or_default();
        Ok(labels.get(NAMESPACE_ROLE).is_some_and(|role| role == SHOOT_ROLE))
    }

    /// The Secret `namespace/name`, to which an Infrastructure refers, and which must exist.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::NotUnderstood`], also of a reference that is none, or [`Error::Call`].
    pub async fn secret(&self, namespace: &str, name: &str) -> Result<Secret, Error> {
        for (member, text) in [("namespace", namespace), ("name", name)] {
            if !is_object_name(text) {
                return Err(Error::NotUnderstood {
                    object: "the reference to the Secret with the credentials".to_owned(),
                    field: format!("spec.secretRef.{member}"),
                    problem: format!("{} is not what an object can be called", Quoted(text)),
                });
            }
        }
        let url = v1::Secret::url_path(&(), Some(namespace));
        let secret = read(&self.client, url, name, format!("Secret {namespace}/{name}")).await?;
        let Document { metadata, data } = secret;
        let data = data.into_iter().map(|(key, value)| (key, value.0)).collect();
        let labels = metadata.labels;
        Ok(Secret { namespace: namespace.to_owned(), name: name.to_owned(), data, labels })
    }

    /// Removes an annotation of an Infrastructure as long as `is_meant`, with optimistic lock: `seen` is the object as last read, and
    /// whoever changed it since may mean something else by it. Returns the object as it is then.
    ///
    /// # Errors
    /// [`Error::Changed`] if somebody else goes on changing the object, [`Error::Missing`] or [`Error::Call`].
    pub async fn remove_annotation(
        &self,
        seen: Infrastructure,
        annotation: &str,
        is_meant: impl Fn(&Infrastructure) -> bool,
    ) -> Result<Infrastructure, Error> {
        let (namespace, name) = names(&seen);
        let mut found = seen;
        let mut result = Err(Error::Changed { object: format!("Infrastructure {namespace}/{name}") });
        for _ in 0..CONFLICTS {
            if !is_meant(&found) {
                return Ok(found);
            }
            let version = &found.metadata.resource_version;
            let patch =
                json!({ "metadata": { "resourceVersion": version, "annotations": { annotation: null } } });
            match self.patch(&namespace, &name, patch).await {
                Err(error @ Error::Changed { .. }) => result = Err(error),
                patched => return patched,
            }
            let again = self.infrastructure(&namespace, &name).await?;
            found = again
                .ok_or_else(|| Error::Missing { object: format!("Infrastructure {namespace}/{name}") })?;
        }
        result
    }

    /// Sets an annotation of an Infrastructure, with optimistic lock: `seen` is the object as last read. `None` removes it.
    ///
    /// # Errors
    /// [`Error::Changed`], [`Error::Missing`] or [`Error::Call`].
    pub async fn annotate(
        &self,
        seen: &Infrastructure,
        annotation: &str,
        value: Option<&str>,
    ) -> Result<Infrastructure, Error> {
        let version = &seen.metadata.resource_version;
        let patch =
            json!({ "metadata": { "resourceVersion": version, "annotations": { annotation: value } } });
        let (namespace, name) = names(seen);
        self.patch(&namespace, &name, patch).await
    }

    /// Adds a finalizer to an Infrastructure, with optimistic lock: the list is replaced as a whole.
    ///
    /// # Errors
    /// [`Error::Changed`], [`Error::Missing`] or [`Error::Call`].
    pub async fn add_finalizer(
        &self,
        infrastructure: &Infrastructure,
        finalizer: &str,
    ) -> Result<Infrastructure, Error> {
        let metadata = &infrastructure.metadata;
        let mut finalizers = metadata.finalizers.clone().unwrap_or_default();
        finalizers.push(finalizer.to_owned());
        let patch =
            json!({ "metadata": { "resourceVersion": metadata.resource_version, "finalizers": finalizers } });
        let (namespace, name) = names(infrastructure);
        self.patch(&namespace, &name, patch).await
    }

    /// Removes a finalizer from an Infrastructure, with optimistic lock; one that is gone, or an object that is, is fine.
    ///
    /// # Errors
    /// [`Error::Changed`] if somebody else goes on changing the object, or [`Error::Call`].
    pub async fn remove_finalizer(&self, namespace: &str, name: &str, finalizer: &str) -> Result<(), Error> {
        let mut result = Ok(());
        for _ in 0..CONFLICTS {
            let Some(found) = self.infrastructure(namespace, name).await? else { return Ok(()) };
            let mut finalizers = found.metadata.finalizers.unwrap_or_default();
            if !finalizers.iter().any(|present| present == finalizer) {
                return Ok(());
            }
            finalizers.retain(|present| present != finalizer);
            let version = found.metadata.resource_version;
            let patch = json!({ "metadata": { "resourceVersion": version, "finalizers": finalizers } });
            match self.patch(namespace, name, patch).await {
                Ok(_) | Err(Error::Missing { .. }) => return Ok(()),
                Err(error @ Error::Changed { .. }) => result = Err(error),
                Err(error) => return Err(error),
            }
        }
        result
    }

    async fn patch(&self, namespace: &str, name: &str, patch: Value) -> Result<Infrastructure, Error> {
        self.infrastructures_in(namespace)
            .patch(name, &PatchParams::default(), &Patch::Merge(patch))
            .await
            .map_err(Error::call("patch", format!("Infrastructure {namespace}/{name}")))
    }
}

/// The namespace and the name of `infrastructure`.
fn names(infrastructure: &Infrastructure) -> (String, String) {
    let metadata = &infrastructure.metadata;
    (metadata.namespace.clone().unwrap_or_default(), metadata.name.clone().unwrap_or_default())
}
