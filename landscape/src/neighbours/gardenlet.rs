//! Gardenlet's part: the shoot's namespace, credential, Cluster and Infrastructure; triggering, waiting, and carrying
//! the reported networks back into the Cluster.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::Stream;
use serde_json::{Value, json};

use super::objects::{Kind, Objects};
use super::readiness::{OPERATION, Readiness, TIMESTAMP, annotation, judge};
use super::{Result, World};

/// Time without success after which gardenlet gives up; the next reconcile of the shoot triggers anew.
const PATIENCE: Duration = Duration::from_secs(600);
/// Annotation without which nothing of a shoot is deleted.
const CONFIRMATION: &str = "confirmation.gardener.cloud/deletion";
/// Finalizer that keeps a Shoot which is being deleted until all of it is gone.
const FINALIZER: &str = "gardener";
/// Shortest such time on the wall clock, however fast the landscape is.
const REAL_PATIENCE: Duration = Duration::from_secs(30);

/// Input of the shoot's owner and of the seed: credential, access and annotations.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Content of `serviceaccount.json` in the Secret `cloudprovider`.
    pub service_account: String,
    /// Kubeconfig that leads to the shoot's API, for the Secret `gardener-internal`; `None`: no such Secret.
    pub shoot_kubeconfig: Option<String>,
    /// Annotations of the Shoot.
    pub annotations: BTreeMap<String, String>,
}

/// The gardenlet responsible for one shoot.
#[derive(Clone)]
pub struct Gardenlet {
    world: World,
    clusters: Objects,
    infrastructures: Objects,
}

impl Gardenlet {
    /// The gardenlet of the world's shoot.
    pub fn new(world: &World) -> Self {
        Self {
            clusters: Objects::cluster_wide(&world.seed, Kind::Cluster),
            infrastructures: Objects::within(&world.seed, Kind::Infrastructure, &world.shoot.name),
            world: world.clone(),
        }
    }

    /// Time that gardenlet waits for the Infrastructure before it triggers anew, in landscape time.
    pub fn patience(&self) -> Duration {
        self.world.time.patience(PATIENCE, REAL_PATIENCE)
    }

    /// Creates namespace, Secrets and Cluster of a new IPv4 shoot; what exists stays.
    pub async fn prepare(&self, given: &Given) -> Result<()> {
        let name = &self.world.shoot.name;
        Objects::cluster_wide(&self.world.seed, Kind::Namespace)
            .ensure(json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": name, "labels": {"gardener.cloud/role": "shoot"}},
            }))
            .await?;
        self.ensure_secret("cloudprovider", "serviceaccount.json", &given.service_account).await?;
        if let Some(kubeconfig) = &given.shoot_kubeconfig {
            self.ensure_secret("gardener-internal", "kubeconfig", kubeconfig).await?;
        }
        self.clusters.ensure(self.cluster(&given.annotations)).await
    }

    /// Creates the Infrastructure, or asks for one more reconcile of it.
    pub async fn deploy_infrastructure(&self) -> Result<()> {
        let (shoot, name) = (&self.world.shoot, self.world.shoot.object_name());
        let annotations = json!({OPERATION: "reconcile", TIMESTAMP: self.world.time.now().to_string()});
        if self.infrastructures.find(name).await?.is_some() {
            let patch = json!({"metadata": {"annotations": annotations}});
            return self.infrastructures.merge(name, &patch).await;
        }
        self.infrastructures
            .ensure(json!({
                "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
                "metadata": {"name": name, "namespace": shoot.name, "annotations": annotations},
                "spec": {
                    "type": "gcp",
                    "region": shoot.region,
                    "secretRef": {"name": "cloudprovider", "namespace": shoot.name},
                    "providerConfig": {
                        "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1",
                        "kind": "InfrastructureConfig",
                        "networks": {"workers": shoot.workers, "internal": shoot.internal},
                    },
                },
            }))
            .await
    }

    /// Has the Shoot deleted, as its owner does: its finalizer keeps it, and the Cluster shows it so before anything of it goes.
    pub async fn begin_deletion(&self) -> Result<()> {
        let name = &self.world.shoot.name;
        if self.clusters.get(name).await?.pointer("/spec/shoot/metadata/deletionTimestamp").is_some() {
            return Ok(());
        }
        let now = self.world.time.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let patch = json!({"spec": {"shoot": {
            "metadata": {
                "annotations": {CONFIRMATION: "true"},
                "deletionTimestamp": now, "deletionGracePeriodSeconds": 0,
            },
            "status": {"lastOperation": {
                "type": "Delete", "state": "Processing", "progress": 10,
                "description": "Deletion of Shoot cluster in progress.",
                "lastUpdateTime": now,
            }},
        }}});
        self.clusters.merge(name, &patch).await
    }

    /// Deletes the Infrastructure of a Shoot that is being deleted; it is gone once the controller lets it go.
    pub async fn delete_infrastructure(&self) -> Result<()> {
        self.begin_deletion().await?;
        let name = self.world.shoot.object_name();
        let annotations = json!({CONFIRMATION: "true", TIMESTAMP: self.world.time.now().to_string()});
        self.infrastructures.merge(name, &json!({"metadata": {"annotations": annotations}})).await?;
        self.infrastructures.delete(name).await
    }

    /// The Infrastructure as it is now; `None` once it is gone.
    pub async fn find_infrastructure(&self) -> Result<Option<Value>> {
        self.infrastructures.find(self.world.shoot.object_name()).await
    }

    /// Deletes the Cluster of a shoot that is gone.
    pub async fn forget(&self) -> Result<()> {
        self.clusters.delete(&self.world.shoot.name).await
    }

    /// The Infrastructure as it is now.
    pub async fn infrastructure(&self) -> Result<Value> {
        self.infrastructures.get(self.world.shoot.object_name()).await
    }

    /// Gardenlet's judgement of the Infrastructure as it is now.
    pub async fn readiness(&self) -> Result<Readiness> {
        Ok(judge(&self.infrastructure().await?))
    }

    /// True once the controller has taken the request up, that is, removed the operation annotation.
    pub async fn is_picked_up(&self) -> Result<bool> {
        Ok(annotation(&self.infrastructure().await?, OPERATION).is_none())
    }

    /// A stream with an item whenever the Infrastructure may have changed, the first of them soon. It never ends.
    pub fn changes(&self) -> impl Stream<Item = ()> + use<> {
        self.infrastructures.changes()
    }

    /// Changes the shoot's IP families, e.g. `["IPv4", "IPv6"]`; the Infrastructure is not triggered.
    pub async fn set_families(&self, families: &[&str]) -> Result<()> {
        let patch = json!({"spec": {"shoot": {"spec": {"networking": {"ipFamilies": families}}}}});
        self.clusters.merge(&self.world.shoot.name, &patch).await
    }

    /// Copies the networks that a ready Infrastructure reports into the Shoot's status.
    pub async fn take_over_networking(&self) -> Result<()> {
        let infrastructure = self.infrastructure().await?;
        let reported = infrastructure.pointer("/status/networking").and_then(Value::as_object);
        let mut networking = reported.cloned().unwrap_or_default();
        if let Some(addresses) = infrastructure.pointer("/status/egressCIDRs") {
            networking.insert("egressCIDRs".to_owned(), addresses.clone());
        }
        let patch = json!({"spec": {"shoot": {"status": {"networking": networking}}}});
        self.clusters.merge(&self.world.shoot.name, &patch).await
    }

    async fn ensure_secret(&self, name: &str, key: &str, content: &str) -> Result<()> {
        let namespace = &self.world.shoot.name;
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {"name": name, "namespace": namespace},
            "data": {key: super::base64(content)},
        });
        Objects::within(&self.world.seed, Kind::Secret, namespace).ensure(secret).await
    }

    fn cluster(&self, annotations: &BTreeMap<String, String>) -> Value {
        let shoot = &self.world.shoot;
        let core = "core.gardener.cloud/v1beta1";
        json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Cluster",
            "metadata": {"name": shoot.name},
            "spec": {
                "cloudProfile": {"apiVersion": core, "kind": "CloudProfile", "metadata": {"name": "gcp"}},
                "seed": {"apiVersion": core, "kind": "Seed", "metadata": {"name": "seed"}},
                "shoot": {
                    "apiVersion": core, "kind": "Shoot",
                    "metadata": {
                        "name": shoot.object_name(),
                        "namespace": "garden-p",
                        "annotations": annotations,
                        "finalizers": [FINALIZER],
                    },
                    "spec": {
                        "region": shoot.region,
                        "networking": {
                            "type": "calico",
                            "providerConfig": {
                                "apiVersion": "calico.networking.extensions.gardener.cloud/v1alpha1",
                                "kind": "NetworkConfig",
                                "overlay": {"enabled": false},
                            },
                            "ipFamilies": ["IPv4"],
                            "nodes": shoot.workers, "pods": shoot.pods, "services": shoot.services,
                        },
                    },
                    "status": {
                        "technicalID": shoot.name,
                        "lastOperation": {
                            "type": "Reconcile", "state": "Processing", "progress": 10,
                            "description": "Deploying infrastructure",
                            "lastUpdateTime": self.world.time.now().to_string(),
                        },
                    },
                },
            },
        })
    }
}
