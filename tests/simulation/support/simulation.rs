//! Putting it all together.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gardener_extension_infra_gcp::extension::{Controller, Event, EventRecorder, Reconciler, Telemetry};
use gardener_extension_infra_gcp::kubernetes::EventWriter;
use gardener_extension_infra_gcp::serving::Metrics;
use landscape::cloud::Cloud;
use landscape::migration::{Options, Outcome, Quiet, Story};
use landscape::neighbours::ccm::StandIn;
use landscape::neighbours::gardenlet::Given;
use landscape::neighbours::kubelets::{Kubelets, Workload};
use landscape::neighbours::machines::{Health, Machine, Machines};
use landscape::neighbours::resource_manager::ResourceManager;
use landscape::neighbours::{Guests, Neighbours, Shoot, World};
use landscape::seed::MemorySeed;
use landscape::time::Time;
use planner::snapshot::Settings;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::controller::{Equipment, Killer, SeededRng};
use super::faults::CloudFaults;
use super::late::{self, Late, Leader};
use super::{CloudCall, Crash, InProcess, Readers, ShootApis, Sight, controller};

/// The longest time that a call to the seed takes on its way, and the answer on its way back, in milliseconds.
const HALF_TRIP: u64 = 400;

/// What a simulation is made of.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// Nodes of the shoot.
    pub(crate) nodes: u32,
    /// The cloud.
    pub(crate) cloud: fake_gcp::Settings,
    /// When the controller is killed.
    pub(crate) crash: Crash,
    /// What the controller decides by.
    pub(crate) settings: Settings,
    /// Whether a second controller runs beside the first, by mistake.
    pub(crate) second_controller: bool,
    /// How long a pod of the cloud-controller-manager lives on after it was told to stop.
    pub(crate) ccm_stop_delay: Duration,
    /// The phase in which such a pod stays listed once it has ended; without one it is gone.
    pub(crate) ccm_ended_phase: Option<&'static str>,
    /// The guests of the nodes.
    pub(crate) guests: Guests,
    /// The pods of the nodes.
    pub(crate) workload: Workload,
}

impl Setup {
    /// `nodes` nodes, latencies as recorded, everything drawn from `seed`.
    pub(crate) fn new(nodes: u32, seed: u64) -> Self {
        let cloud = fake_gcp::Settings {
            seed,
            latency: fake_gcp::settings::Latency::Recorded,
            ..fake_gcp::Settings::default()
        };
        Self {
            nodes,
            cloud,
            crash: Crash::Never,
            settings: Settings::default(),
            second_controller: false,
            ccm_stop_delay: Duration::from_secs(5),
            ccm_ended_phase: None,
            guests: Guests::default(),
            workload: Workload::default(),
        }
    }
}

/// A running simulation.
pub(crate) struct Simulation {
    /// The shoot's surroundings.
    pub(crate) world: World,
    /// The story.
    pub(crate) story: Story,
    /// The seed, for looking into.
    pub(crate) seed: MemorySeed,
    /// The shoot's own API, as the controller reaches it.
    pub(crate) shoots: ShootApis,
    /// The kubelets, and what is wrong with them.
    pub(crate) kubelets: Kubelets,
    controllers: JoinSet<()>,
    killer: Arc<Killer>,
    equipment: Equipment,
    random: u64,
    pub(super) readers: Readers,
}

impl Simulation {
    /// Starts everything; the controller waits for its first Infrastructure.
    pub(crate) async fn start(setup: &Setup) -> Self {
        let time = Time::virtual_from("2026-09-01T10:00:00Z".parse().unwrap());
        let wire = InProcess::new(setup.cloud.clone(), time);
        let shoot = Shoot::new("shoot--p--a", "my-project");
        let seed = MemorySeed::new(move || time.now()).unwrap();
        let (nodes, shoots) = (MemorySeed::new(move || time.now()).unwrap(), ShootApis::default());
        let kubeconfig = shoots.add(&shoot.name, nodes.clone());
        let killer = Arc::new(Killer::new(setup.crash));
        let witness = killer.clone();
        seed.before(move |call| witness.verdict(call));
        let world = World {
            seed: seed.client(),
            shoot_api: nodes.client(),
            cloud: Cloud::new(Arc::new(wire.clone()), &shoot.project, time),
            time,
            shoot,
        };
        let kubelets = Kubelets::new(&world);
        nodes.put_before(Arc::new(kubelets.clone()));
        let given = Given {
            service_account: "{}".to_owned(),
            shoot_kubeconfig: Some(kubeconfig),
            ..Given::default()
        };
        let options = Options {
            guests: setup.guests.clone(),
            workload: setup.workload.clone(),
            ..Options::new(setup.nodes, setup.cloud.seed, given)
        };
        let mut ccm = StandIn::new(&world);
        ccm.stop_delay = setup.ccm_stop_delay;
        ccm.ended_phase = setup.ccm_ended_phase;
        let health = Health::new(Machines::new(&world, setup.cloud.seed));
        let neighbours = Neighbours::start_with(ccm, ResourceManager::new(&world), health, kubelets.clone());
        let story = Story::with_neighbours(world.clone(), options, Arc::new(Quiet), neighbours);
        let token = wire.token(&world.shoot.project).await;
        let equipment = Equipment {
            world: world.clone(),
            cloud: wire,
            shoots: shoots.clone(),
            token,
            settings: setup.settings.clone(),
            service_accounts: false,
            rng: Arc::new(SeededRng::new(setup.cloud.seed)),
            behind: Arc::default(),
        };
        let random = setup.cloud.seed;
        let mut controllers = JoinSet::new();
        controllers.spawn(controller::run(equipment.clone(), distant(&seed, random), killer.clone()));
        if setup.second_controller {
            let immortal = Arc::new(Killer::new(Crash::Never));
            controllers.spawn(controller::run(equipment.clone(), distant(&seed, random + 1000), immortal));
        }
        let readers = Readers::of(&seed);
        Self { world, story, seed, shoots, kubelets, controllers, killer, equipment, random, readers }
    }

    /// What becomes of the controllers' calls to the cloud.
    pub(crate) fn faults(&self) -> &CloudFaults {
        &self.equipment.cloud.faults
    }

    /// Puts into the cloud what `document` says, YAML or JSON.
    pub(crate) async fn give(&self, document: &str) {
        self.equipment.cloud.seed(document).await;
    }

    /// What the controllers sent to the cloud since the last time that somebody asked.
    pub(crate) fn calls(&self) -> Vec<CloudCall> {
        self.equipment.cloud.calls.take()
    }

    /// What a hook can look at between two calls.
    pub(crate) fn sight(&self) -> Sight {
        let (shoot, cloud) = (self.world.shoot.clone(), self.equipment.cloud.clone());
        Sight { seed: self.seed.clone(), cloud, shoot }
    }

    /// Puts the controllers' clock back.
    pub(crate) fn put_clock_back(&self, seconds: i64) {
        self.equipment.behind.store(seconds, Ordering::SeqCst);
    }

    /// Kills the controllers for good; one takes over that reaches the seed by `seed`.
    pub(crate) fn hand_over(&mut self, seed: kube::Client) {
        self.controllers.abort_all();
        let immortal = Arc::new(Killer::new(Crash::Never));
        self.controllers.spawn(controller::run(self.equipment.clone(), seed, immortal));
    }

    /// Kills the controllers for good; one takes over as `leader`, whose requests `late` may hold back.
    pub(crate) fn lead(&mut self, leader: Leader, late: &Arc<Late>) {
        self.controllers.abort_all();
        self.random += 1;
        let cloud = self.equipment.cloud.through(late, leader);
        let seed = late::through(late, leader, &self.seed, distant(&self.seed, self.random));
        let immortal = Arc::new(Killer::new(Crash::Never));
        self.controllers.spawn(controller::run(
            Equipment { cloud, ..self.equipment.clone() },
            seed,
            immortal,
        ));
    }

    /// Kills the controllers for good; one takes over as the binary runs it, watch and queue included. It is told to stop by what is
    /// returned.
    pub(crate) fn hand_over_to_watching(&mut self) -> CancellationToken {
        self.controllers.abort_all();
        let random = self.random + 1;
        self.random = random;
        let reconciler = self.equipment.reconciler(distant(&self.seed, random), &self.killer);
        let stop = reconciler.stop().clone();
        let controller = Controller::new(Arc::new(reconciler), controller::scope(), Telemetry::default());
        self.controllers.spawn(controller.run());
        stop
    }

    /// Kills the controllers for good; one takes over that tells `metrics` where migrations stand, as the binary does.
    pub(crate) fn hand_over_to_metered(&mut self, metrics: &Metrics) {
        self.controllers.abort_all();
        self.random += 1;
        let mut dependencies = self.equipment.dependencies(distant(&self.seed, self.random), &self.killer);
        let writer = EventWriter::new(&dependencies.seed, "controller", dependencies.clock.clone());
        dependencies.recorder = Arc::new(EventRecorder::new(writer, metrics.migrations()));
        let reconciler = Arc::new(Reconciler::new(dependencies));
        self.controllers.spawn(Controller::new(reconciler, controller::scope(), Telemetry::default()).run());
    }

    /// Waits until every controller has ended by itself: ten minutes at most, which is as long as an operation may take.
    pub(crate) async fn until_controllers_end(&mut self) {
        let ended = async { while self.controllers.join_next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(600), ended).await.expect("the controllers go on");
    }

    /// The Infrastructure as it is.
    pub(crate) async fn infrastructure(&self) -> Value {
        self.story.gardenlet().infrastructure().await.unwrap()
    }

    /// Adds a route inside the pod range that is not the shoot's, which forbids to migrate.
    pub(crate) async fn add_route_of_others(&self, to: &Machine) {
        let theirs = json!({
            "name": "theirs", "network": self.world.shoot.network_url(), "destRange": "100.97.0.0/16", "priority": 1000,
            "nextHopInstance": format!("zones/{}/instances/{}", to.zone, to.name),
        });
        self.world.cloud.insert("global/routes", theirs).await.unwrap();
    }

    /// Adds IPv6 and has the Infrastructure reconciled, without waiting.
    pub(crate) async fn add_ipv6(&self) {
        let gardenlet = self.story.gardenlet();
        gardenlet.set_families(&["IPv4", "IPv6"]).await.unwrap();
        gardenlet.deploy_infrastructure().await.unwrap();
    }

    /// Waits until `holds` of the Infrastructure, an hour at most.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..3600 {
            let infrastructure = self.infrastructure().await;
            if holds(&infrastructure) {
                return infrastructure;
            }
            self.world.time.sleep(Duration::from_secs(1)).await;
        }
        panic!("waited an hour for {what}: {:#}", self.infrastructure().await["status"]);
    }

    /// From now on, counted anew, the controller is killed as `crash` says.
    pub(crate) fn kill(&self, crash: Crash) {
        self.killer.arm(crash);
        if matches!(crash, Crash::AtShootCall { .. }) {
            let killer = self.killer.clone();
            self.shoots.before_each_call(move |_| killer.shoot_call());
        }
    }

    /// Whether the controller was killed.
    pub(crate) fn has_killed(&self) -> bool {
        self.killer.has_killed()
    }

    /// What has been told by events so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.killer.events.lock().unwrap().clone()
    }

    /// The whole story, what came of it, and whether the controller was killed.
    pub(crate) async fn run(mut self) -> (Outcome, bool) {
        let outcome = self.story.run().await.unwrap();
        self.controllers.abort_all();
        (outcome, self.killer.has_killed())
    }
}

/// The seed as the controller reaches it: each call takes a while, so that calls can be under way when something else happens.
pub(crate) fn distant(seed: &MemorySeed, random: u64) -> kube::Client {
    let connection = seed.connection();
    let rng = Arc::new(Mutex::new(StdRng::seed_from_u64(random)));
    let trip = move || Duration::from_millis(rng.lock().unwrap().random_range(1..HALF_TRIP));
    let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
        let (connection, there, back) = (connection.clone(), trip(), trip());
        async move {
            tokio::time::sleep(there).await;
            let answer = connection.oneshot(request).await;
            tokio::time::sleep(back).await;
            answer
        }
    });
    kube::Client::new(service, "default")
}

/// Runs `future` on one thread, in virtual time.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}
