//! The cloud-controller-manager and the ManagedResource that guards it, of one shoot.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use k8s_openapi::api::core::v1::{Container, Pod};
use kube::Api;
use kube::api::{ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use planner::documents::names::{
    CCM_DEPLOYMENT, CCM_POD_LABELS, CONTROL_PLANE_MANAGED_RESOURCE, IGNORE_ANNOTATION,
    REMOVE_IGNORE_ANNOTATION,
};
use planner::snapshot::{Ccm, CcmPod, ManagedResource, Reading, SeedRights};
use planner::text::chain;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::error::found;
use super::{Error, Seed};
use crate::api::object::Object;

/// The argument that keeps a cloud-controller-manager from making routes.
const NO_CLOUD_ROUTES: &str = "--configure-cloud-routes=false";
/// The phases of a pod whose containers have all ended and are not started again.
const ENDED: [&str; 2] = ["Succeeded", "Failed"];
/// The reason in a condition by which the resource manager says that it leaves a ManagedResource alone.
const IGNORED_REASON: &str = "ManagedResourceIgnored";

/// The fields of a ManagedResource that are read here.
type Managed = Object<Option<IgnoredAny>, ManagedStatus>;

#[derive(Clone, Debug, Deserialize)]
struct ManagedStatus {
    conditions: Option<Vec<ManagedCondition>>,
}

#[derive(Clone, Debug, Deserialize)]
struct ManagedCondition {
    reason: Option<String>,
}

/// The objects of other controllers that a migration of one shoot stops and starts.
#[derive(Clone)]
pub struct Neighbours {
    seed: Seed,
    /// The namespace of the ManagedResource.
    namespace: String,
    /// The namespace of the cloud-controller-manager.
    control_plane: String,
}

impl Neighbours {
    /// The neighbours in the shoot whose Cluster is called `cluster`. `control_plane` is the namespace of its control plane, if that is
    /// known; else it is taken to be called like the Cluster.
    pub fn new(seed: Seed, cluster: &str, control_plane: Option<&str>) -> Self {
        Self {
            seed,
            namespace: cluster.to_owned(),
            control_plane: control_plane.unwrap_or(cluster).to_owned(),
        }
    }

    /// The state of the cloud-controller-manager. A Deployment that does not exist runs nothing.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn observe(&self) -> Result<Ccm, Error> {
        let client = &self.seed.client;
        let managed_resource = self.managed_resources().get(CONTROL_PLANE_MANAGED_RESOURCE).await;
        let managed_resource = found(managed_resource)
            .map_err(Error::call("get", format!("ManagedResource {}", self.managed_resource_name())))?;
        let deployment = Api::<Deployment>::namespaced(client.clone(), &self.control_plane);
        let deployment = found(deployment.get(CCM_DEPLOYMENT).await)
            .map_err(Error::call("get", format!("Deployment {}", self.deployment_name())))?;
        let pods = Api::<Pod>::namespaced(client.clone(), &self.control_plane);
        let pods = found(pods.list(&ListParams::default().labels(CCM_POD_LABELS)).await)
            .map_err(Error::call("list", format!("pods of {}", self.deployment_name())))?;
        let template = deployment.as_ref().and_then(|deployment| deployment.spec.as_ref());
        let containers = template.and_then(|spec| spec.template.spec.as_ref()).map(|pod| &pod.containers);
        Ok(Ccm {
            // A Deployment without a number has one replica.
            replicas: template.map(|spec| spec.replicas.unwrap_or(1)),
            makes_routes: containers.is_none_or(|containers| makes_routes(containers)),
            pods: pods.iter().flat_map(|pods| &pods.items).filter_map(pod).collect(),
            deployment_version: version_of(deployment.as_ref().map(|deployment| &deployment.metadata)),
            managed_resource_version: version_of(
                managed_resource.as_ref().map(|resource| &resource.metadata),
            ),
            managed_resource: managed_resource.as_ref().map(marks),
            rights: Reading::Unread,
        })
    }

    /// What this controller may do about the cloud-controller-manager. A seed that does not tell is no reason not to go on.
    pub async fn rights(&self) -> SeedRights {
        let scale = self.may(ResourceAttributes {
            namespace: Some(self.control_plane.clone()),
            group: Some("apps".to_owned()),
            resource: Some("deployments".to_owned()),
            subresource: Some("scale".to_owned()),
            name: Some(CCM_DEPLOYMENT.to_owned()),
            verb: Some("patch".to_owned()),
            ..ResourceAttributes::default()
        });
        let annotate = self.may(ResourceAttributes {
            namespace: Some(self.namespace.clone()),
            group: Some("resources.gardener.cloud".to_owned()),
            resource: Some("managedresources".to_owned()),
            name: Some(CONTROL_PLANE_MANAGED_RESOURCE.to_owned()),
            verb: Some("patch".to_owned()),
            ..ResourceAttributes::default()
        });
        SeedRights { scale: scale.await, annotate: annotate.await }
    }

    /// Whether this controller has a right in the seed; none if the seed does not tell.
    async fn may(&self, attributes: ResourceAttributes) -> Option<bool> {
        let spec = SelfSubjectAccessReviewSpec {
            resource_attributes: Some(attributes),
            ..SelfSubjectAccessReviewSpec::default()
        };
        let review = SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() };
        let reviews = Api::<SelfSubjectAccessReview>::all(self.seed.client.clone());
        match reviews.create(&PostParams::default(), &review).await {
            Ok(review) => review.status.map(|status| status.allowed),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "cannot ask what this controller may do in the seed");
                None
            }
        }
    }

    /// Tells the resource manager to leave the control plane chart alone, or to take it up again. The ManagedResource must have the
    /// `resourceVersion` `version`.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn ignore_control_plane(&self, ignore: bool, version: &str) -> Result<(), Error> {
        let value = if ignore { json!("true") } else { Value::Null };
        let patch = json!({ "metadata": { "resourceVersion": version, "annotations": {
            IGNORE_ANNOTATION: value, REMOVE_IGNORE_ANNOTATION: value,
        } } });
        self.managed_resources()
            .patch(CONTROL_PLANE_MANAGED_RESOURCE, &PatchParams::default(), &Patch::Merge(patch))
            .await
            .map_err(Error::call("annotate", format!("ManagedResource {}", self.managed_resource_name())))?;
        Ok(())
    }

    /// Sets the replicas of the cloud-controller-manager, whose Deployment must have the `resourceVersion` `version`.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Call`].
    pub async fn scale_ccm(&self, replicas: i32, version: &str) -> Result<(), Error> {
        let patch = json!({ "metadata": { "resourceVersion": version }, "spec": { "replicas": replicas } });
        Api::<Deployment>::namespaced(self.seed.client.clone(), &self.control_plane)
            .patch_scale(CCM_DEPLOYMENT, &PatchParams::default(), &Patch::Merge(patch))
            .await
            .map_err(Error::call("scale", format!("Deployment {}", self.deployment_name())))?;
        Ok(())
    }

    fn managed_resources(&self) -> Api<Managed> {
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

/// The pod, unless it has ended. An ended pod may stay listed for days, and never runs again.
/// The version of an object; empty if there is none.
fn version_of(metadata: Option<&kube::core::ObjectMeta>) -> String {
    metadata.and_then(|metadata| metadata.resource_version.clone()).unwrap_or_default()
}

fn pod(pod: &Pod) -> Option<CcmPod> {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    (!phase.is_some_and(|phase| ENDED.contains(&phase))).then(|| CcmPod {
        name: pod.metadata.name.clone().unwrap_or_default(),
        makes_routes: pod.spec.as_ref().is_none_or(|spec| makes_routes(&spec.containers)),
    })
}

/// Whether a cloud-controller-manager of these containers makes routes, as it does unless an argument says otherwise.
fn makes_routes(containers: &[Container]) -> bool {
    let arguments = containers
        .iter()
        .flat_map(|container| container.command.iter().flatten().chain(container.args.iter().flatten()));
    !arguments.into_iter().any(|argument| argument == NO_CLOUD_ROUTES)
}

fn marks(resource: &Managed) -> ManagedResource {
    let annotated = |key: &str| {
        let annotations = resource.metadata.annotations.as_ref();
        annotations.and_then(|annotations| annotations.get(key)).is_some_and(|value| value == "true")
    };
    let conditions =
        resource.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    let ignored = conditions.iter().any(|condition| condition.reason.as_deref() == Some(IGNORED_REASON));
    ManagedResource {
        ignore: annotated(IGNORE_ANNOTATION),
        remove_ignore: annotated(REMOVE_IGNORE_ANNOTATION),
        ignored,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const MANAGED_RESOURCE: &str =
        "/apis/resources.gardener.cloud/v1alpha1/namespaces/n/managedresources/extension-controlplane-seed";
    const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/n/deployments/cloud-controller-manager";
    const PODS: &str = "/api/v1/namespaces/n/pods";

    /// The state that is seen in a seed that answers each path with a code and a body.
    async fn seen(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Result<Ccm, Error> {
        let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
            assert_eq!(request.method(), http::Method::GET);
            let (status, body) = answer(request.uri().path());
            let body = kube::client::Body::from(body.into_bytes());
            let answer = http::Response::builder().status(status).body(body);
            std::future::ready(Ok::<_, std::convert::Infallible>(answer.unwrap()))
        });
        Neighbours::new(Seed::new(kube::Client::new(service, "default")), "n", None).observe().await
    }

    fn refusal(code: u16, reason: &str) -> (u16, String) {
        let status =
            json!({ "kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": "m" });
        (code, status.to_string())
    }

    fn pods(items: &[Value]) -> (u16, String) {
        (200, json!({ "apiVersion": "v1", "kind": "PodList", "metadata": {}, "items": items }).to_string())
    }

    fn all_there(path: &str) -> (u16, String) {
        let metadata = json!({ "name": "a" });
        let template = json!({ "metadata": {}, "spec": { "containers": [] } });
        match path {
            MANAGED_RESOURCE => (200, json!({ "metadata": metadata }).to_string()),
            DEPLOYMENT => {
                let spec = json!({ "selector": {}, "template": template });
                (200, json!({ "metadata": metadata, "spec": spec }).to_string())
            }
            PODS => pods(&[json!({ "metadata": metadata })]),
            path => panic!("{path}"),
        }
    }

    #[tokio::test]
    async fn what_is_of_an_unknown_kind_is_absent_in_whichever_words_and_nothing_else_is() {
        let absent = [
            (404, "404 page not found\n".to_owned()),
            (404, "<html>".to_owned()),
            refusal(404, "NotFound"),
            refusal(404, "BadRequest"),
        ];
        let there = seen(all_there).await.unwrap();
        assert!(there.managed_resource.is_some() && there.replicas.is_some() && there.pods.len() == 1);
        for kind in [MANAGED_RESOURCE, DEPLOYMENT, PODS] {
            let with = |answer: (u16, String)| {
                move |path: &str| if path == kind { answer.clone() } else { all_there(path) }
            };
            for answer in absent.clone() {
                let mut wanted = there.clone();
                match kind {
                    MANAGED_RESOURCE => wanted.managed_resource = None,
                    DEPLOYMENT => wanted.replicas = None,
                    _ => wanted.pods.clear(),
                }
                assert_eq!(seen(with(answer.clone())).await.unwrap(), wanted, "{kind}: {answer:?}");
            }
            for code in [401, 403, 410, 429, 500, 503] {
                seen(with(refusal(code, "NotFoundEither"))).await.unwrap_err();
            }
        }
    }

    #[tokio::test]
    async fn a_pod_that_has_ended_makes_no_routes_and_does_not_run() {
        for (phase, runs) in [
            (json!("Pending"), true),
            (json!("Running"), true),
            (json!("Unknown"), true),
            (Value::Null, true),
            (json!("Succeeded"), false),
            (json!("Failed"), false),
        ] {
            let pod = json!({ "metadata": { "name": "a" }, "status": { "phase": phase } });
            let only = move |path: &str| match path {
                PODS => pods(std::slice::from_ref(&pod)),
                _ => refusal(404, "NotFound"),
            };
            let ccm = seen(only).await.unwrap();
            assert_eq!((ccm.pods.len(), ccm.may_make_routes()), (usize::from(runs), runs), "{phase}");
        }
    }
}
