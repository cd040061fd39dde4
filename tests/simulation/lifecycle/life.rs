//! Infrastructures of one project, written as gardenlet writes them, and one controller that reconciles them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gardener_extension_infra_gcp::extension::{
    CloudAccess, Controller, Event, Key, Observer, Reconciler, Requeue, Scope, Telemetry,
};
use gardener_extension_infra_gcp::observe::Windows;
use landscape::cloud::Cloud;
use landscape::neighbours::kubelets::Kubelets;
use landscape::neighbours::machines::{Machine, Machines};
use landscape::neighbours::objects::{Kind, Objects};
use landscape::neighbours::{self, World};
use landscape::seed::MemorySeed;
use landscape::seed::memory::{Call, Verdict};
use landscape::time::Time;
use planner::report::plan_document;
use planner::snapshot::Settings;
use planner::vocabulary::Milestone;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::documents::{Shoot, going};
use crate::support::{
    CloudCall, Crash, Equipment, InProcess, Killer, Readers, SeededRng, ShootApis, ShootFate, kubeconfig,
};

/// The project of all shoots here.
pub(super) const PROJECT: &str = "my-project";
/// The e-mail address in the controller's credentials.
pub(super) const CONTROLLER: &str = "controller@my-project.iam.gserviceaccount.com";
/// What the project holds before, as the fake takes it.
const GIVEN: &str = include_str!("../../../testdata/forms/given.yaml");
/// How often a reconciliation may fail before it counts as failed for good.
const ATTEMPTS: u32 = 30;
/// How long a controller that was killed is down, and the pause after a failure.
const PAUSE: Duration = Duration::from_secs(10);

/// What a life is made of.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    /// The cloud.
    pub(super) cloud: fake_gcp::Settings,
    /// Whether every shoot has a service account of its own.
    pub(super) service_accounts: bool,
    /// When the controller is killed.
    pub(super) crash: Crash,
}

impl Default for Setup {
    fn default() -> Self {
        Self { cloud: fake_gcp::Settings::default(), service_accounts: false, crash: Crash::Never }
    }
}

/// Cloud, seed and controller.
pub(super) struct Life {
    /// The cloud.
    pub(super) cloud: InProcess,
    /// The seed, for looking into.
    pub(super) seed: MemorySeed,
    /// The clock.
    pub(super) time: Time,
    killer: Arc<Killer>,
    equipment: Equipment,
    access: Option<Arc<dyn CloudAccess>>,
    reconciler: Mutex<Arc<Reconciler>>,
    /// All that was ever stored is read by the other controllers in the end.
    pub(super) readers: Readers,
}

impl Life {
    /// The project as it is given, an empty seed, and a controller that has just started.
    pub(super) async fn new(setup: &Setup) -> Self {
        let time = Time::virtual_from("2026-09-01T10:00:00Z".parse().unwrap());
        let cloud = InProcess::new(setup.cloud.clone(), time);
        cloud.seed(GIVEN).await;
        let seed = MemorySeed::new(move || time.now()).unwrap();
        let killer = Arc::new(Killer::new(setup.crash));
        let equipment = Equipment {
            // The controller's part of it is the project.
            world: World {
                seed: seed.client(),
                shoot_api: seed.client(),
                cloud: Cloud::new(Arc::new(cloud.clone()), PROJECT, time),
                time,
                shoot: neighbours::Shoot::new("shoot--p--a", PROJECT),
            },
            token: cloud.token_of(Some(CONTROLLER), PROJECT).await,
            cloud: cloud.clone(),
            shoots: ShootApis::default(),
            settings: Settings::default(),
            service_accounts: setup.service_accounts,
            rng: Arc::new(SeededRng::new(setup.cloud.seed)),
            behind: Arc::default(),
        };
        let reconciler = Mutex::new(Arc::new(equipment.reconciler(seed.client(), &killer)));
        let readers = Readers::of(&seed);
        let life = Self { cloud, seed, time, killer, equipment, access: None, reconciler, readers };
        life.before_each_call(|_| Verdict::Pass);
        life
    }

    /// From now on the controller reaches the cloud by `access`.
    pub(super) fn reach_by(&mut self, access: Arc<dyn CloudAccess>) {
        self.access = Some(access);
        self.restart();
    }

    /// From now on what comes by itself is looked for so often.
    pub(super) fn look_again_after(&mut self, pause: Duration) {
        self.equipment.settings.look_again = pause;
        self.restart();
    }

    /// From now on the controller reaches the cloud by what `wrap` makes of its access.
    pub(super) fn reach_through(&mut self, wrap: impl FnOnce(Arc<dyn CloudAccess>) -> Arc<dyn CloudAccess>) {
        let dependencies = self.equipment.dependencies(self.seed.client(), &self.killer);
        self.reach_by(wrap(dependencies.access));
    }

    /// The documents of the Infrastructure called `name` are not the controller's.
    pub(super) fn excuse(&self, name: &str) {
        self.readers.excuse_all_of(name);
    }

    /// From now on, counted anew, the controller is killed as `crash` says.
    pub(super) fn kill(&self, crash: Crash) {
        self.killer.arm(crash);
    }

    /// What `plan` prints of the shoot, as JSON: the dry run, by a process of its own.
    pub(super) async fn plan(&self, shoot: &Shoot) -> Value {
        let dependencies = self.equipment.dependencies(self.seed.client(), &self.killer);
        let infrastructure =
            dependencies.seed.infrastructure(&shoot.name, &shoot.name).await.unwrap().unwrap();
        let secret = dependencies.seed.secret(&shoot.name, "cloudprovider").await.unwrap();
        let clients = dependencies.access.clients(&dependencies.seed, &secret).unwrap();
        let observer = Observer {
            seed: &dependencies.seed,
            cloud: &clients,
            shoots: &dependencies.shoots,
            windows: &Windows::default(),
            settings: &dependencies.settings,
            clock: &*dependencies.clock,
            service_accounts: false,
            reads_only: true,
        };
        let decision = observer.decide(&infrastructure).await.unwrap();
        json!(plan_document(&decision))
    }

    /// From now on every shoot has a service account of its own, or only those that have one already.
    pub(super) fn want_service_accounts(&mut self, wanted: bool) {
        self.equipment.service_accounts = wanted;
        self.restart();
    }

    /// From now on `hook` decides about each request to the seed.
    pub(super) fn before_each_call(&self, mut hook: impl FnMut(&Call) -> Verdict + Send + 'static) {
        let killer = self.killer.clone();
        self.seed.before(move |call| {
            let verdicts = [hook(call), killer.verdict(call)];
            let ours = (call.method == "PATCH" && word(&call.body).is_some()).then(|| killer.write());
            verdicts
                .into_iter()
                .chain(ours)
                .find(|verdict| *verdict != Verdict::Pass)
                .unwrap_or(Verdict::Pass)
        });
    }

    /// The same cloud, another seed and a controller of its own there: what a control plane migration leads to.
    pub(super) fn elsewhere(&self) -> Self {
        let time = self.time;
        let seed = MemorySeed::new(move || time.now()).unwrap();
        let killer = Arc::new(Killer::new(Crash::Never));
        let mut equipment = self.equipment.clone();
        equipment.world.seed = seed.client();
        equipment.world.shoot_api = seed.client();
        let reconciler = Mutex::new(Arc::new(equipment.reconciler(seed.client(), &killer)));
        let cloud = self.cloud.clone();
        let readers = Readers::of(&seed);
        let life = Self { cloud, seed, time, killer, equipment, access: None, reconciler, readers };
        life.before_each_call(|_| Verdict::Pass);
        life
    }

    /// Makes the Node and the pods of a VM of the shoot called `shoot`, as its kubelet and the cloud-controller-manager do.
    pub(super) async fn register(&self, shoot: &str, machine: &Machine) {
        let world = self.shoot_world(shoot);
        Machines::new(&world, 1).register(machine).await.unwrap();
    }

    /// From now on `api` is the API of the shoot in `world`, and what lies behind it follows the cloud. Returns the kubelets behind it.
    pub(super) fn serve(&self, world: &World, api: MemorySeed) -> Kubelets {
        let kubelets = Kubelets::new(world);
        api.put_before(Arc::new(kubelets.clone()));
        self.equipment.shoots.add(&world.shoot.name, api);
        kubelets
    }

    /// From now on each request to the API of a shoot meets with `fate`.
    pub(super) fn shoots_meet(&self, fate: ShootFate) {
        self.equipment.shoots.before_each_call(move |_| fate);
    }

    /// The world of the shoot called `shoot`, with an API of its own.
    pub(super) fn shoot_world(&self, shoot: &str) -> World {
        let base = World { shoot: neighbours::Shoot::new(shoot, PROJECT), ..self.equipment.world.clone() };
        if let Some(api) = self.equipment.shoots.of(shoot) {
            return World { shoot_api: api.client(), ..base };
        }
        let time = self.time;
        let api = MemorySeed::new(move || time.now()).unwrap();
        let world = World { shoot_api: api.client(), ..base };
        self.serve(&world, api);
        world
    }

    /// Writes all that gardenlet writes of a new shoot; nothing is reconciled yet.
    pub(super) fn create(&self, shoot: &Shoot) {
        for object in shoot.around() {
            self.seed.put(&object).unwrap();
        }
        self.shoot_world(&shoot.name);
        self.show_the_way_to(&shoot.name);
        self.seed.put(&shoot.infrastructure("reconcile")).unwrap();
    }

    /// Writes the Secret with the way to the API of the shoot called `shoot`, wherever that is.
    pub(super) fn show_the_way_to(&self, shoot: &str) {
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": { "name": "gardener-internal", "namespace": shoot },
            "data": { "kubeconfig": neighbours::base64(&kubeconfig(shoot)) },
        });
        self.seed.put(&secret).unwrap();
    }

    /// Replaces the key in the shoot's Secret, in base64; none: the Secret goes.
    pub(super) async fn set_secret(&self, shoot: &Shoot, key: Option<&str>) {
        let secrets = Objects::within(&self.seed.client(), Kind::Secret, &shoot.name);
        match key {
            Some(key) => {
                secrets.merge("cloudprovider", &json!({ "data": { "serviceaccount.json": key } })).await
            }
            None => secrets.delete("cloudprovider").await,
        }
        .unwrap();
    }

    /// Asks for an operation.
    pub(super) async fn ask(&self, shoot: &Shoot, operation: &str) {
        self.edit(
            shoot,
            &json!({ "metadata": { "annotations": { "gardener.cloud/operation": operation } } }),
        )
        .await;
    }

    /// Merges `patch` into the Infrastructure.
    pub(super) async fn edit(&self, shoot: &Shoot, patch: &Value) {
        self.infrastructures(shoot).merge(&shoot.name, patch).await.unwrap();
    }

    /// Merges `networks` into those of the configuration, and asks for a reconciliation.
    pub(super) async fn configure(&self, shoot: &Shoot, networks: &Value) {
        self.edit(shoot, &json!({ "spec": { "providerConfig": { "networks": networks } } })).await;
        self.ask(shoot, "reconcile").await;
    }

    /// Merges `patch` into the Shoot in the Cluster.
    pub(super) async fn edit_shoot(&self, shoot: &Shoot, patch: &Value) {
        let clusters = Objects::cluster_wide(&self.seed.client(), Kind::Cluster);
        clusters.merge(&shoot.name, &json!({ "spec": { "shoot": patch } })).await.unwrap();
    }

    /// Copies what the Infrastructure reports of its networks into the Shoot, as gardenlet does.
    pub(super) async fn carry_over(&self, shoot: &Shoot) {
        let networking = self.object(shoot).unwrap()["status"]["networking"].clone();
        self.edit_shoot(shoot, &json!({ "status": { "networking": networking } })).await;
    }

    /// Marks the Shoot as deleted, which it is before anything of it goes, and then the Infrastructure.
    pub(super) async fn delete(&self, shoot: &Shoot) {
        self.edit_shoot(shoot, &going()).await;
        self.infrastructures(shoot).delete(&shoot.name).await.unwrap();
    }

    /// One reconciliation, and those that it puts off.
    pub(super) async fn reconcile(&self, shoot: &Shoot) -> Requeue {
        loop {
            match self.reconcile_once(shoot).await {
                Requeue::After(wait) => tokio::time::sleep(wait).await,
                next => return next,
            }
        }
    }

    /// One reconciliation, begun anew whenever the controller is killed.
    pub(super) async fn reconcile_once(&self, shoot: &Shoot) -> Requeue {
        let key = Key { namespace: shoot.name.clone(), name: shoot.name.clone() };
        loop {
            let reconciler = self.reconciler.lock().unwrap().clone();
            tokio::select! {
                biased;
                () = self.killer.struck() => {
                    tokio::time::sleep(PAUSE).await;
                    self.restart();
                }
                next = reconciler.reconcile(&key) => return next,
            }
        }
    }

    /// Reconciles until the controller is killed, which stays dead; tells whether it was.
    pub(super) async fn reconcile_until_killed(&self, shoot: &Shoot) -> bool {
        let key = Key { namespace: shoot.name.clone(), name: shoot.name.clone() };
        let reconciler = self.reconciler.lock().unwrap().clone();
        let work = async {
            while let Requeue::After(wait) = reconciler.reconcile(&key).await {
                tokio::time::sleep(wait).await;
            }
        };
        tokio::select! {
            biased;
            () = self.killer.struck() => true,
            () = work => false,
        }
    }

    /// Reconciles, after a pause whenever it failed, until nothing is left to be done.
    pub(super) async fn settle(&self, shoot: &Shoot) {
        for _ in 0..ATTEMPTS {
            if self.reconcile(shoot).await == Requeue::OnChange {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{}: {:#}", shoot.name, self.status(shoot));
    }

    /// The controller as the binary runs it, watch and queue included; killed, it is started anew after a pause. Never ends.
    pub(super) async fn watch(&self, scope: &Scope) {
        loop {
            let reconciler = self.reconciler.lock().unwrap().clone();
            let mut controller = JoinSet::new();
            controller.spawn(Controller::new(reconciler, scope.clone(), Telemetry::default()).run());
            self.killer.struck().await;
            controller.shutdown().await;
            tokio::time::sleep(PAUSE).await;
            self.restart();
        }
    }

    /// Ends the controller and starts it anew: what it kept in memory is gone.
    pub(super) fn restart(&self) {
        let mut dependencies = self.equipment.dependencies(self.seed.client(), &self.killer);
        if let Some(access) = &self.access {
            dependencies.access = access.clone();
        }
        *self.reconciler.lock().unwrap() = Arc::new(Reconciler::new(dependencies));
    }

    /// What the controller wrote into Infrastructures since request number `mark`, in a word each.
    pub(super) fn writes(&self, mark: usize) -> Vec<String> {
        let calls = self.seed.calls();
        let patches = calls.iter().skip(mark).filter(|logged| logged.call.method == "PATCH");
        patches.filter_map(|logged| word(&logged.call.body)).collect()
    }

    /// The number of requests that the seed has seen.
    pub(super) fn mark(&self) -> usize {
        self.seed.calls().len()
    }

    /// Whether the controller was killed.
    pub(super) fn was_killed(&self) -> bool {
        self.killer.has_killed()
    }

    /// The Infrastructure as stored.
    pub(super) fn object(&self, shoot: &Shoot) -> Option<Value> {
        stored(&self.seed, &shoot.name)
    }

    /// Its status.
    pub(super) fn status(&self, shoot: &Shoot) -> Value {
        self.object(shoot).map(|object| object["status"].clone()).unwrap_or_default()
    }

    /// Asserts that the last operation failed, and gives its description and its codes.
    pub(super) fn failure(&self, shoot: &Shoot) -> (String, Vec<String>) {
        let status = self.status(shoot);
        assert_eq!(status["lastOperation"]["state"], "Error", "{status:#}");
        let error = &status["lastError"];
        assert_eq!(error["description"], status["lastOperation"]["description"]);
        let codes = error.get("codes").cloned().unwrap_or_else(|| json!([]));
        (error["description"].as_str().unwrap().to_owned(), serde_json::from_value(codes).unwrap())
    }

    /// All that the project holds now.
    pub(super) fn dump(&self) -> Value {
        self.cloud.dump(PROJECT)
    }

    /// What the controller sent since the last time that somebody asked.
    pub(super) fn calls(&self) -> Vec<CloudCall> {
        self.cloud.calls.take()
    }

    /// The calls among them by which it changes anything, sorted.
    pub(super) fn mutations(&self) -> Vec<String> {
        let mut labels: Vec<String> =
            self.calls().into_iter().filter(CloudCall::is_mutation).map(|call| call.label).collect();
        labels.sort();
        labels
    }

    /// What people were told since the last time that somebody asked.
    pub(super) fn events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.killer.events.lock().unwrap())
    }

    /// The steps of migrations that people were told are done.
    pub(super) fn milestones(&self) -> Vec<Milestone> {
        self.killer.milestones.lock().unwrap().clone()
    }

    /// Changes the cloud by hand.
    pub(super) fn hands(&self) -> &Cloud {
        &self.world().cloud
    }

    /// Where the neighbours of `shoot--p--a` would live.
    pub(super) fn world(&self) -> &World {
        &self.equipment.world
    }

    /// The Infrastructures in the namespace of `shoot`.
    pub(super) fn infrastructures(&self, shoot: &Shoot) -> Objects {
        Objects::within(&self.seed.client(), Kind::Infrastructure, &shoot.name)
    }
}

/// What a write is about, unless a test makes it.
fn word(body: &Value) -> Option<String> {
    if let Some(state) = body.pointer("/status/lastOperation/state") {
        return state.as_str().map(str::to_owned);
    }
    if let Some(finalizers) = body.pointer("/metadata/finalizers").and_then(Value::as_array) {
        return Some(if finalizers.is_empty() { "no finalizer" } else { "finalizer" }.to_owned());
    }
    let operation = body.pointer("/metadata/annotations/gardener.cloud~1operation");
    if operation == Some(&Value::Null) {
        return Some("no annotation".to_owned());
    }
    body.pointer("/status/state").map(|_| "state".to_owned())
}

/// The Infrastructure of the shoot called `name`, as `seed` has it.
pub(super) fn stored(seed: &MemorySeed, name: &str) -> Option<Value> {
    let kind = kube::core::GroupVersionKind::gvk("extensions.gardener.cloud", "v1alpha1", "Infrastructure");
    let resource = kube::core::ApiResource::from_gvk_with_plural(&kind, "infrastructures");
    seed.get(&resource, name, name)
}
