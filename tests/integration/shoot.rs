//! One shoot as the suite has it: a namespace without Gardener's label, a Cluster without a technical id, a Secret, and an
//! Infrastructure called `infrastructure` without any annotation.

use std::time::Duration;

use k8s_openapi::api::events::v1::Event;
use kube::api::{Api, ListParams};
use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use kube::runtime::wait::{Condition, await_condition, conditions};
use landscape::neighbours::objects::{Kind, Objects};
use landscape::neighbours::readiness::{OPERATION, Readiness, TIMESTAMP, judge};
use landscape::neighbours::{self, World};
use serde_json::{Value, json};

use crate::environment::Environment;

/// The name of every Infrastructure here.
const NAME: &str = "infrastructure";
/// The name of its Secret.
const SECRET: &str = "cloudprovider";
/// How soon a failure must be told, and how soon what was never made must be gone.
const FAIL_FAST: Duration = Duration::from_secs(30);
pub(crate) const A_MINUTE: Duration = Duration::from_secs(60);
/// How long a success or a deletion may take on a slow machine; the suite waits for 16 minutes.
const PATIENCE: Duration = Duration::from_secs(300);
/// The controller's user agent.
const AGENT: &str = "gardener-extension-infra-gcp";

/// A shoot in a namespace and a project of its own.
pub(crate) struct Shoot {
    pub(crate) world: World,
    watched: Api<DynamicObject>,
    infrastructures: Objects,
}

impl Shoot {
    /// The shoot of a namespace of which the part after the last `--` sets it apart from the others. Nothing of it is there yet.
    pub(crate) fn new(environment: &Environment, namespace: &str) -> Self {
        let project = format!("project-{}", namespace.rsplit("--").next().unwrap());
        let world = environment.setting.world_of(neighbours::Shoot::new(namespace, &project));
        let kind = GroupVersionKind::gvk("extensions.gardener.cloud", "v1alpha1", "Infrastructure");
        Self {
            watched: Api::namespaced_with(world.seed.clone(), namespace, &ApiResource::from_gvk(&kind)),
            infrastructures: Objects::within(&world.seed, Kind::Infrastructure, namespace),
            world,
        }
    }

    /// The namespace, the Cluster's name, and the beginning of all names in the cloud.
    pub(crate) fn cluster(&self) -> &str {
        &self.world.shoot.name
    }

    /// Creates namespace, Secret and Cluster; `spec` is the Shoot's, `credential` a key file.
    pub(crate) async fn prepare(&self, spec: &Value, credential: &str) {
        self.prepare_with(spec, &json!({"stringData": {"serviceaccount.json": credential}})).await;
    }

    /// The same with a Secret that has these members.
    pub(crate) async fn prepare_with(&self, spec: &Value, secret: &Value) {
        let (seed, cluster) = (&self.world.seed, self.cluster());
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": cluster}});
        Objects::cluster_wide(seed, Kind::Namespace).ensure(namespace).await.unwrap();
        let empty = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": SECRET, "namespace": cluster},
        });
        Objects::within(seed, Kind::Secret, cluster).ensure(empty).await.unwrap();
        self.change_secret(secret).await;
        let shoot = json!({"apiVersion": "core.gardener.cloud/v1beta1", "kind": "Shoot", "spec": spec});
        let object = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Cluster", "metadata": {"name": cluster},
            "spec": {"cloudProfile": {}, "seed": {}, "shoot": shoot},
        });
        Objects::cluster_wide(seed, Kind::Cluster).ensure(object).await.unwrap();
    }

    /// Merges into the Cluster.
    pub(crate) async fn change_cluster(&self, patch: &Value) {
        Objects::cluster_wide(&self.world.seed, Kind::Cluster).merge(self.cluster(), patch).await.unwrap();
    }

    /// Puts another key file into the Secret.
    pub(crate) async fn rotate(&self, credential: &str) {
        self.change_secret(&json!({"stringData": {"serviceaccount.json": credential}})).await;
    }

    /// Merges into the Secret.
    pub(crate) async fn change_secret(&self, patch: &Value) {
        Objects::within(&self.world.seed, Kind::Secret, self.cluster()).merge(SECRET, patch).await.unwrap();
    }

    /// Creates the Infrastructure; its creation is all that asks for it.
    pub(crate) async fn create(&self, config: &Value) {
        let cluster = self.cluster();
        self.infrastructures
            .ensure(json!({
                "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
                "metadata": {"name": NAME, "namespace": cluster},
                "spec": {
                    "type": "gcp",
                    "region": self.world.shoot.region,
                    "secretRef": {"name": SECRET, "namespace": cluster},
                    "providerConfig": provider_config(config),
                },
            }))
            .await
            .unwrap();
    }

    /// Asks for one more reconcile, with another configuration if there is one, and waits until it has succeeded.
    ///
    /// Another SSH key comes with each request, as when it is rotated: then the observed generation tells which request it
    /// was that succeeded.
    pub(crate) async fn reconcile(&self, config: Option<&Value>) -> Value {
        self.ask(config).await;
        self.ready().await
    }

    /// Asks for one more reconcile, and waits until it has failed with an error that contains `why`: one that was under way
    /// may still fail for another reason.
    pub(crate) async fn reconcile_in_vain(&self, why: &str) -> Value {
        self.ask(None).await;
        self.failed(why).await
    }

    async fn ask(&self, config: Option<&Value>) {
        let object = self.infrastructures.get(NAME).await.unwrap();
        let key = neighbours::base64(&format!("key after generation {}", object["metadata"]["generation"]));
        let annotations = json!({OPERATION: "reconcile", TIMESTAMP: self.world.time.now().to_string()});
        let mut spec = json!({"sshPublicKey": key});
        if let Some(config) = config {
            spec["providerConfig"] = provider_config(config);
        }
        let patch = json!({"metadata": {"annotations": annotations}, "spec": spec});
        self.infrastructures.merge(NAME, &patch).await.unwrap();
    }

    /// Waits until gardenlet would call the Infrastructure ready, and returns it.
    pub(crate) async fn ready(&self) -> Value {
        self.until("ready", PATIENCE, |object| matches!(judge(object), Readiness::Ready)).await
    }

    /// Waits until the Infrastructure bears an error that tells of its last change and contains `why`, and returns it.
    pub(crate) async fn failed(&self, why: &str) -> Value {
        self.until("failed", FAIL_FAST, |object| {
            let status = &object["status"];
            let told = status["observedGeneration"] == object["metadata"]["generation"];
            told && status["lastError"]["description"].as_str().is_some_and(|error| error.contains(why))
        })
        .await
    }

    /// Deletes the Infrastructure, as the suite does, whose Shoot is not being deleted, and waits until it is gone, which it is when the
    /// controller has let go of it.
    pub(crate) async fn delete(&self) {
        self.delete_within(PATIENCE).await;
    }

    /// The same, which may take so long.
    pub(crate) async fn delete_within(&self, patience: Duration) {
        let uid = self.infrastructures.get(NAME).await.unwrap()["metadata"]["uid"].clone();
        self.infrastructures.delete(NAME).await.unwrap();
        let gone = await_condition(self.watched.clone(), NAME, conditions::is_deleted(uid.as_str().unwrap()));
        if tokio::time::timeout(patience, gone).await.is_err() {
            panic!("{} is not gone: {:#}", self.cluster(), self.status().await);
        }
    }

    /// The events about the Infrastructure: reason, text, and how often it was said; sorted.
    pub(crate) async fn events(&self) -> Vec<(String, String, i32)> {
        let api: Api<Event> = Api::namespaced(self.world.seed.clone(), self.cluster());
        let events = api.list(&ListParams::default()).await.unwrap().items.into_iter();
        let about = |event: &Event| {
            event.regarding.as_ref().is_some_and(|object| object.name.as_deref() == Some(NAME))
        };
        let told = |event: Event| {
            let times = event.series.map_or(1, |series| series.count);
            (event.reason.unwrap_or_default(), event.note.unwrap_or_default(), times)
        };
        let mut told: Vec<_> = events.filter(about).map(told).collect();
        told.sort();
        told
    }

    /// What the controller has written in the shoot's namespace: the Infrastructure, and the events.
    pub(crate) async fn written(&self) -> String {
        let api: Api<Event> = Api::namespaced(self.world.seed.clone(), self.cluster());
        let events = api.list(&ListParams::default()).await.unwrap().items;
        let object = self.infrastructures.get(NAME).await.unwrap();
        format!("{object}\n{}", serde_json::to_string(&events).unwrap())
    }

    /// What comes next in the cloud's log of calls; see [`Shoot::calls`].
    pub(crate) async fn mark(&self) -> u64 {
        self.world.cloud.requests(AGENT, u64::MAX).await.unwrap().next_seq
    }

    /// The controller's calls to this project since `mark`, as `(reads, mutations)`.
    pub(crate) async fn calls(&self, mark: u64) -> (usize, usize) {
        let calls = self.world.cloud.calls(AGENT, mark).await.unwrap();
        let of = |kind: &str| calls.iter().filter(|call| call["kind"] == kind).count();
        (of("read"), of("mutation"))
    }

    async fn until(&self, awaited: &str, patience: Duration, wanted: impl Fn(&Value) -> bool) -> Value {
        let condition = |object: Option<&DynamicObject>| {
            object.is_some_and(|object| wanted(&serde_json::to_value(object).unwrap()))
        };
        let waited = await_condition(self.watched.clone(), NAME, Plain(condition));
        match tokio::time::timeout(patience, waited).await {
            Ok(object) => serde_json::to_value(object.unwrap()).unwrap(),
            Err(_) => panic!("{} is not {awaited}: {:#}", self.cluster(), self.status().await),
        }
    }

    async fn status(&self) -> Value {
        let object = self.infrastructures.find(NAME).await.unwrap();
        object.map(|object| object["status"].clone()).unwrap_or_default()
    }
}

/// A closure that borrows, as a condition.
struct Plain<F>(F);

impl<F: Fn(Option<&DynamicObject>) -> bool> Condition<DynamicObject> for Plain<F> {
    fn matches_object(&self, object: Option<&DynamicObject>) -> bool {
        (self.0)(object)
    }
}

/// The members of an InfrastructureConfig, with what says that they are one.
fn provider_config(config: &Value) -> Value {
    let mut config = config.clone();
    config["apiVersion"] = json!("gcp.provider.extensions.gardener.cloud/v1alpha1");
    config["kind"] = json!("InfrastructureConfig");
    config
}
