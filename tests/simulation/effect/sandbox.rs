//! A fake cloud and a seed in process, looked at by the real observe stage and changed by the real apply stage.

use std::sync::Arc;
use std::time::Duration;

use gardener_extension_infra_gcp::apply::{Applier, ApplyError, RouterLocks};
use gardener_extension_infra_gcp::environment::Clock;
use gardener_extension_infra_gcp::gcp::Clients;
use gardener_extension_infra_gcp::kubernetes::{Neighbours, Seed, StatusWriter};
use gardener_extension_infra_gcp::observe::{self, Sources};
use landscape::neighbours::objects::{Kind, Objects};
use landscape::neighbours::resource_manager::ResourceManager;
use landscape::neighbours::{self, controlplane, managed_resource};
use landscape::seed::MemorySeed;
use landscape::time::Time;
use planner::desired::Target;
use planner::journal::{self, State};
use planner::plan::{Action, ReadSet, Reason, Step, StepId, reads};
use planner::snapshot::{Cloud, Part, Snapshot};
use serde_json::{Value, json};

use super::configuration::{CLUSTER, PROJECT};
use crate::support::{InProcess, SeededRng, VirtualClock, clients};

/// The real stages of the controller around a fake cloud and a seed in memory.
pub(super) struct Sandbox {
    /// The fake cloud.
    pub(super) cloud: InProcess,
    seed: MemorySeed,
    world: neighbours::World,
    clients: Clients,
    neighbours: Neighbours,
    routers: RouterLocks,
}

impl Sandbox {
    /// An empty project and an empty seed.
    pub(super) async fn new(settings: fake_gcp::Settings) -> Self {
        let (time, random) = (Time::virtual_from("2026-09-01T10:00:00Z".parse().unwrap()), settings.seed);
        let cloud = InProcess::new(settings, time);
        let token = cloud.token(PROJECT).await;
        let seed = MemorySeed::new(move || time.now()).unwrap();
        let world = neighbours::World {
            seed: seed.client(),
            shoot_api: seed.client(),
            cloud: landscape::cloud::Cloud::new(Arc::new(cloud.clone()), PROJECT, time),
            time,
            shoot: neighbours::Shoot::new(CLUSTER, PROJECT),
        };
        Self {
            clients: clients(&cloud, &token, PROJECT, &Arc::new(SeededRng::new(random))).unwrap(),
            neighbours: Neighbours::new(Seed::new(seed.client()), CLUSTER, Some(CLUSTER)),
            routers: RouterLocks::default(),
            cloud,
            seed,
            world,
        }
    }

    /// Creates the Infrastructure with `state` as its `status.state`.
    pub(super) fn create(&self, state: Option<&Value>) {
        let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": CLUSTER } });
        self.seed.put(&namespace).unwrap();
        let infrastructure = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
            "metadata": { "name": CLUSTER, "namespace": CLUSTER },
            "spec": { "type": "gcp", "region": "europe-west1", "secretRef": { "name": "s", "namespace": CLUSTER } },
            "status": { "state": state },
        });
        self.seed.put(&infrastructure).unwrap();
    }

    /// Creates the Deployment of the cloud-controller-manager, its ManagedResource and `pods` pods.
    pub(super) async fn deploy_ccm(&self, pods: u32) {
        controlplane::deploy(&self.world).await.unwrap();
        for number in 0..pods {
            self.start_pod(number);
        }
    }

    fn start_pod(&self, number: u32) {
        let metadata = json!({
            "name": format!("ccm-{number}"), "namespace": CLUSTER, "labels": controlplane::labels(),
        });
        let spec = json!({ "containers": [{ "name": "ccm", "image": "registry.example/ccm:1" }] });
        self.seed
            .put(&json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec }))
            .unwrap();
    }

    /// Lets the resource manager, the Deployment controller and the kubelet act once.
    pub(super) async fn let_others_act(&self) {
        ResourceManager::new(&self.world).reconcile().await.unwrap();
        let deployments = self.objects(Kind::Deployment);
        let Some(deployment) = deployments.find(managed_resource::CCM).await.unwrap() else { return };
        if deployment["spec"]["replicas"] == 0 {
            for pod in self.objects(Kind::Pod).list("").await.unwrap() {
                self.objects(Kind::Pod).delete(pod["metadata"]["name"].as_str().unwrap()).await.unwrap();
            }
        } else {
            self.start_pod(0);
        }
    }

    fn objects(&self, kind: Kind) -> Objects {
        Objects::within(&self.world.seed, kind, CLUSTER)
    }

    /// Waits until `until`, and for some seconds at least.
    pub(super) async fn wait(&self, until: Option<jiff::Timestamp>) {
        let now = self.world.time.now();
        let left = until.and_then(|until| Duration::try_from(until.duration_since(now)).ok());
        self.world.time.sleep(left.unwrap_or_default().max(Duration::from_secs(8))).await;
    }

    /// The stored `status.state`, decoded.
    pub(super) async fn state(&self) -> State {
        journal::decode(Some(&self.raw_state().await)).unwrap()
    }

    async fn raw_state(&self) -> Value {
        let infrastructure = self.objects(Kind::Infrastructure).get(CLUSTER).await.unwrap();
        infrastructure.pointer("/status/state").cloned().unwrap_or_default()
    }

    /// The snapshot of a look that reads all that is of concern for `target` while the journal is as in `state`.
    pub(super) async fn look(&self, target: &Target, state: &State) -> Snapshot {
        let clock = VirtualClock { time: self.world.time, behind: Arc::default() };
        let sources = Sources { cloud: &self.clients, seed: &self.neighbours, clock: &clock };
        let (since, reads) = (clock.now(), whole(target, state));
        let looked = observe::observe(target, state.clone(), since, &sources, &reads, Cloud::default());
        Snapshot { state: self.state().await, ..looked.await.unwrap() }
    }

    /// Carries out `action` with the real apply stage.
    pub(super) async fn carry_out(&self, action: &Action) -> Result<(), ApplyError> {
        let seed = Seed::new(self.world.seed.clone());
        let infrastructure = seed.infrastructure(CLUSTER, CLUSTER).await.unwrap().unwrap();
        let state_before = self.raw_state().await;
        let applier = Applier {
            cloud: Some(&self.clients),
            routers: &self.routers,
            neighbours: &self.neighbours,
            status: &StatusWriter::new(&seed, infrastructure),
            state_before: &state_before,
            parallelism: 1,
        };
        let step = Step {
            id: StepId::State,
            action: action.clone(),
            why: Reason::Missing,
            needs: Vec::new(),
            changes: Vec::new(),
        };
        let mut outcome = applier.apply(vec![step], |_| ()).await;
        outcome.failed.pop().map_or(Ok(()), |(_, error)| Err(error))
    }
}

/// What such a look reads.
pub(super) fn whole(target: &Target, state: &State) -> ReadSet {
    let parts = Part::STANDING.into_iter().chain([Part::Operations]).collect();
    reads(target, state, &Cloud::default(), &parts)
}
