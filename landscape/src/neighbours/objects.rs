//! Kubernetes objects as plain JSON: where each kind lives, and the four calls that the stand-ins make.

use futures::{Stream, StreamExt as _};
use kube::api::{
    Api, DeleteParams, DynamicObject, GetParams, ListParams, Patch, PatchParams, PostParams, Request,
};
use kube::core::{ApiResource, GroupVersionKind};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{self, Event, watcher};
use serde_json::Value;

use super::{Error, Result};

/// A kind of object that some stand-in reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The kind `v1` Namespace, cluster-scoped.
    Namespace,
    /// The kind `v1` Node, cluster-scoped.
    Node,
    /// The kind `v1` Pod.
    Pod,
    /// The kind `v1` Secret.
    Secret,
    /// The kind `v1` Event.
    Event,
    /// The kind `v1` Service.
    Service,
    /// The kind `networking.k8s.io/v1` ServiceCIDR, cluster-scoped.
    ServiceCidr,
    /// The kind `coordination.k8s.io/v1` Lease.
    Lease,
    /// The kind `apps/v1` Deployment.
    Deployment,
    /// The kind `extensions.gardener.cloud/v1alpha1` Cluster, cluster-scoped.
    Cluster,
    /// The kind `extensions.gardener.cloud/v1alpha1` Infrastructure.
    Infrastructure,
    /// The kind `resources.gardener.cloud/v1alpha1` ManagedResource.
    ManagedResource,
}

impl Kind {
    fn resource(self) -> ApiResource {
        let (group, version, kind, plural) = match self {
            Self::Namespace => ("", "v1", "Namespace", "namespaces"),
            Self::Node => ("", "v1", "Node", "nodes"),
            Self::Pod => ("", "v1", "Pod", "pods"),
            Self::Secret => ("", "v1", "Secret", "secrets"),
            Self::Event => ("", "v1", "Event", "events"),
            Self::Service => ("", "v1", "Service", "services"),
            Self::ServiceCidr => ("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs"),
            Self::Lease => ("coordination.k8s.io", "v1", "Lease", "leases"),
            Self::Deployment => ("apps", "v1", "Deployment", "deployments"),
            Self::Cluster => ("extensions.gardener.cloud", "v1alpha1", "Cluster", "clusters"),
            Self::Infrastructure => {
                ("extensions.gardener.cloud", "v1alpha1", "Infrastructure", "infrastructures")
            }
            Self::ManagedResource => {
                ("resources.gardener.cloud", "v1alpha1", "ManagedResource", "managedresources")
            }
        };
        ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
    }
}

/// The objects of one kind, in one namespace or cluster-scoped.
#[derive(Clone)]
pub struct Objects {
    api: Api<DynamicObject>,
    client: kube::Client,
    kind: Kind,
}

impl Objects {
    /// Objects of a namespaced kind.
    pub fn within(client: &kube::Client, kind: Kind, namespace: &str) -> Self {
        let api = Api::namespaced_with(client.clone(), namespace, &kind.resource());
        Self { api, client: client.clone(), kind }
    }

    /// Objects of a cluster-scoped kind.
    pub fn cluster_wide(client: &kube::Client, kind: Kind) -> Self {
        Self { api: Api::all_with(client.clone(), &kind.resource()), client: client.clone(), kind }
    }

    /// The object's whole JSON, or `None` if it does not exist.
    pub async fn find(&self, name: &str) -> Result<Option<Value>> {
        match self.read(name).await {
            Ok(object) => Ok(Some(object)),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
            Err(source) => Err(self.error("get", name, source)),
        }
    }

    /// The object's whole JSON.
    pub async fn get(&self, name: &str) -> Result<Value> {
        self.read(name).await.map_err(|source| self.error("get", name, source))
    }

    /// All objects that carry the labels of `selector` (`a=b,c=d`; empty for all).
    pub async fn list(&self, selector: &str) -> Result<Vec<Value>> {
        let params = ListParams::default().labels(selector);
        let request = Request::new(self.api.resource_url()).list(&params).map_err(kube::Error::BuildRequest);
        let list = async { self.client.request::<Value>(request?).await }.await;
        let mut list = list.map_err(|source| self.error("list", selector, source))?;
        match list.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => Ok(items),
            _ => Ok(Vec::new()),
        }
    }

    /// A stream with an item whenever some object may have changed, the first of them once all were seen. It never ends.
    pub fn changes(&self) -> impl Stream<Item = ()> + use<> {
        self.watch().filter_map(|event| {
            let is_change = !matches!(event, Ok(Event::Init | Event::InitApply(_)));
            std::future::ready(is_change.then_some(()))
        })
    }

    /// All objects, and then each change of them; the stream goes on after an error.
    pub fn watch(&self) -> impl Stream<Item = watcher::Result<Event<DynamicObject>>> + use<> {
        watcher(self.api.clone(), watcher::Config::default()).default_backoff()
    }

    /// Creates the object unless one of that name exists.
    pub async fn ensure(&self, object: Value) -> Result<()> {
        let name = crate::json::text(&object, "/metadata/name").to_owned();
        let object: DynamicObject = serde_json::from_value(object).map_err(|_| self.malformed(&name))?;
        match self.api.create(&PostParams::default(), &object).await {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(()),
            Err(source) => Err(self.error("create", &name, source)),
        }
    }

    /// Applies a merge patch to everything but the status.
    pub async fn merge(&self, name: &str, patch: &Value) -> Result<()> {
        let patched = self.api.patch(name, &PatchParams::default(), &Patch::Merge(patch)).await;
        patched.map(drop).map_err(|source| self.error("patch", name, source))
    }

    /// Applies a merge patch to the status subresource.
    pub async fn merge_status(&self, name: &str, patch: &Value) -> Result<()> {
        let patched = self.api.patch_status(name, &PatchParams::default(), &Patch::Merge(patch)).await;
        patched.map(drop).map_err(|source| self.error("patch status of", name, source))
    }

    /// Deletes the object at once, without a grace period; gone already is fine.
    pub async fn delete(&self, name: &str) -> Result<()> {
        match self.api.delete(name, &DeleteParams::default().grace_period(0)).await {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            Err(source) => Err(self.error("delete", name, source)),
        }
    }

    /// The object as it comes over the wire: no type in between drops what it does not know, or costs time at each look.
    async fn read(&self, name: &str) -> kube::Result<Value> {
        let request = Request::new(self.api.resource_url()).get(name, &GetParams::default());
        self.client.request(request.map_err(kube::Error::BuildRequest)?).await
    }

    fn malformed(&self, name: &str) -> Error {
        Error::Field { object: format!("{:?} {name}", self.kind), field: "metadata" }
    }

    fn error(&self, action: &'static str, name: &str, source: kube::Error) -> Error {
        Error::Kube { action, object: format!("{:?} {name}", self.kind), source: Box::new(source) }
    }
}
