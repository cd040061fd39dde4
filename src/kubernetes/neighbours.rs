//! The cloud-controller-manager and the ManagedResource that guards it, of one shoot.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Container, Pod};
use kube::Api;
use kube::api::{ListParams, Patch, PatchParams};
use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use serde_json::{Value, json};

use super::{Error, Seed};
use crate::api::names::{
    CCM_DEPLOYMENT, CCM_POD_LABELS, CONTROL_PLANE_MANAGED_RESOURCE, IGNORE_ANNOTATION,
    REMOVE_IGNORE_ANNOTATION,
};
use crate::snapshot::{Ccm, CcmPod, ManagedResource};

/// The argument by which a cloud-controller-manager makes no routes.
const NO_CLOUD_ROUTES: &str = "--configure-cloud-routes=false";
/// The reason by which the resource manager says that it leaves a ManagedResource alone.
const IGNORED_REASON: &str = "ManagedResourceIgnored";

/// The neighbours of one shoot's Infrastructure.
#[derive(Clone)]
pub struct Neighbours {
    seed: Seed,
    /// Where the ManagedResource lives.
    namespace: String,
    /// Where the cloud-controller-manager lives.
    control_plane: String,
}

impl Neighbours {
    /// Of the shoot whose Cluster is `cluster` and whose control plane lives in `control_plane`, if that is known.
    pub fn new(seed: Seed, cluster: &str, control_plane: Option<&str>) -> Self {
        Self {
            seed,
            namespace: cluster.to_owned(),
            control_plane: control_plane.unwrap_or(cluster).to_owned(),
        }
    }

    /// What is known of the cloud-controller-manager. What does not exist does not run.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn observe(&self) -> Result<Ccm, Error> {
        let client = &self.seed.client;
        let managed_resource = self
            .managed_resources()
            .get_opt(CONTROL_PLANE_MANAGED_RESOURCE)
            .await
            .map_err(Error::call("get", format!("ManagedResource {}", self.managed_resource_name())))?;
        let deployment = Api::<Deployment>::namespaced(client.clone(), &self.control_plane)
            .get_opt(CCM_DEPLOYMENT)
            .await
            .map_err(Error::call("get", format!("Deployment {}", self.deployment_name())))?;
        let pods = Api::<Pod>::namespaced(client.clone(), &self.control_plane)
            .list(&ListParams::default().labels(CCM_POD_LABELS))
            .await
            .map_err(Error::call("list", format!("pods of {}", self.deployment_name())))?;
        let template = deployment.as_ref().and_then(|deployment| deployment.spec.as_ref());
        let containers = template.and_then(|spec| spec.template.spec.as_ref()).map(|pod| &pod.containers);
        Ok(Ccm {
            // A Deployment without a number has one replica.
            replicas: template.map(|spec| spec.replicas.unwrap_or(1)),
            makes_routes: containers.is_none_or(|containers| makes_routes(containers)),
            pods: pods.items.iter().map(pod).collect(),
            managed_resource: managed_resource.as_ref().map(marks),
        })
    }

    /// Tells the resource manager to leave the control plane chart alone, or to take it up again.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn ignore_control_plane(&self, ignore: bool) -> Result<(), Error> {
        let value = if ignore { json!("true") } else { Value::Null };
        let patch = json!({ "metadata": { "annotations": {
            IGNORE_ANNOTATION: value, REMOVE_IGNORE_ANNOTATION: value,
        } } });
        self.managed_resources()
            .patch(CONTROL_PLANE_MANAGED_RESOURCE, &PatchParams::default(), &Patch::Merge(patch))
            .await
            .map_err(Error::call("annotate", format!("ManagedResource {}", self.managed_resource_name())))?;
        Ok(())
    }

    /// Sets the replicas of the cloud-controller-manager.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn scale_ccm(&self, replicas: i32) -> Result<(), Error> {
        let patch = json!({ "spec": { "replicas": replicas } });
        Api::<Deployment>::namespaced(self.seed.client.clone(), &self.control_plane)
            .patch_scale(CCM_DEPLOYMENT, &PatchParams::default(), &Patch::Merge(patch))
            .await
            .map_err(Error::call("scale", format!("Deployment {}", self.deployment_name())))?;
        Ok(())
    }

    fn managed_resources(&self) -> Api<DynamicObject> {
        let kind = GroupVersionKind::gvk("resources.gardener.cloud", "v1alpha1", "ManagedResource");
        let resource = ApiResource::from_gvk_with_plural(&kind, "managedresources");
        Api::namespaced_with(self.seed.client.clone(), &self.namespace, &resource)
    }

    fn managed_resource_name(&self) -> String {
        format!("{}/{CONTROL_PLANE_MANAGED_RESOURCE}", self.namespace)
    }

    fn deployment_name(&self) -> String {
        format!("{}/{CCM_DEPLOYMENT}", self.control_plane)
    }
}

fn pod(pod: &Pod) -> CcmPod {
    CcmPod {
        name: pod.metadata.name.clone().unwrap_or_default(),
        makes_routes: pod.spec.as_ref().is_none_or(|spec| makes_routes(&spec.containers)),
    }
}

/// Unless told otherwise, a cloud-controller-manager makes routes.
fn makes_routes(containers: &[Container]) -> bool {
    let arguments = containers
        .iter()
        .flat_map(|container| container.command.iter().flatten().chain(container.args.iter().flatten()));
    !arguments.into_iter().any(|argument| argument == NO_CLOUD_ROUTES)
}

fn marks(resource: &DynamicObject) -> ManagedResource {
    let annotated = |key: &str| {
        let annotations = resource.metadata.annotations.as_ref();
        annotations.and_then(|annotations| annotations.get(key)).is_some_and(|value| value == "true")
    };
    let conditions = resource.data.pointer("/status/conditions").and_then(Value::as_array);
    let ignored = conditions.is_some_and(|conditions| {
        let mut reasons = conditions.iter().filter_map(|condition| condition.get("reason"));
        reasons.any(|reason| reason == IGNORED_REASON)
    });
    ManagedResource {
        ignore: annotated(IGNORE_ANNOTATION),
        remove_ignore: annotated(REMOVE_IGNORE_ANNOTATION),
        ignored,
    }
}
