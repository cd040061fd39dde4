//! The controller as the simulation runs it: watch and queue included, killed on request.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use gardener_extension_infra_gcp::api::infrastructure::Infrastructure;
use gardener_extension_infra_gcp::environment::{Clock, Rng};
use gardener_extension_infra_gcp::extension::{
    CloudAccess, Controller, Dependencies, Event, Key, Limits, Reconciler, Recorder, Scope, Telemetry,
};
use gardener_extension_infra_gcp::gcp::token::StaticToken;
use gardener_extension_infra_gcp::gcp::{
    Clients, Compute, Config, Error, Iam, NetworkConnectivity, ResourceManager, client, iam,
    network_connectivity, resource_manager,
};
use gardener_extension_infra_gcp::kubernetes::{Secret, Seed};
use gardener_extension_infra_gcp::shoot::Shoots;
use landscape::neighbours::World;
use landscape::seed::memory::{Call, Verdict};
use landscape::time::Time;
use planner::snapshot::Settings;
use planner::vocabulary::Milestone;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{InProcess, ShootApis, ShootFate};

/// How long a killed controller is down.
const RESTART: Duration = Duration::from_secs(20);

/// When the controller is to be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crash {
    /// Never.
    Never,
    /// Once, right after this step is done.
    After(Milestone),
    /// Not killed: once, right after this step is done, the reconciliation panics.
    PanicAfter(Milestone),
    /// Once, at the n-th call, from 1, by which it changes the cloud; `arrives`: the call takes effect all the same.
    AtMutation { number: u32, arrives: bool },
    /// Once, at the n-th write of the infrastructure state, from 1; `arrives`: the write takes effect all the same.
    AtStateWrite { number: u32, arrives: bool },
    /// Once, at the n-th write to the seed, from 1; `arrives`: the write takes effect all the same.
    AtWrite { number: u32, arrives: bool },
    /// Once, at the n-th patch of the cloud-controller-manager's Deployment or ManagedResource, from 1; `arrives`: the patch takes effect
    /// all the same.
    AtCcmPatch { number: u32, arrives: bool },
    /// Once, at the n-th call of a shoot's API, from 1.
    AtShootCall { number: u32 },
}

/// What a controller needs but the seed and its killer.
#[derive(Clone)]
pub(crate) struct Equipment {
    pub(crate) world: World,
    pub(crate) cloud: InProcess,
    /// The shoots' own APIs.
    pub(crate) shoots: ShootApis,
    /// For the cloud.
    pub(crate) token: String,
    pub(crate) settings: Settings,
    /// Whether every shoot has a service account of its own.
    pub(crate) service_accounts: bool,
    /// For ids of requests and for jitter, over all processes of the simulation.
    pub(crate) rng: Arc<SeededRng>,
    /// The controller's clock is behind by so many seconds.
    pub(crate) behind: Arc<AtomicI64>,
}

impl Equipment {
    /// A process that has just started.
    pub(crate) fn reconciler(&self, seed: kube::Client, recorder: &Arc<Killer>) -> Reconciler {
        Reconciler::new(self.dependencies(seed, recorder))
    }

    /// What such a process works with.
    pub(crate) fn dependencies(&self, seed: kube::Client, recorder: &Arc<Killer>) -> Dependencies {
        Dependencies {
            seed: Seed::new(seed),
            access: Arc::new(Access {
                cloud: self.cloud.mortal(recorder.clone()),
                token: self.token.clone(),
                project: self.world.shoot.project.clone(),
                rng: self.rng.clone(),
            }),
            shoots: Shoots::new(Arc::new(self.shoots.clone()), None),
            clock: Arc::new(VirtualClock { time: self.world.time, behind: self.behind.clone() }),
            recorder: recorder.clone(),
            settings: self.settings.clone(),
            limits: Limits::default(),
            service_accounts: self.service_accounts,
            stop: CancellationToken::new(),
        }
    }
}

/// Runs a controller as the binary does, watch and queue included, until dropped. Killed, it is started anew after a while.
pub(crate) async fn run(equipment: Equipment, seed: kube::Client, recorder: Arc<Killer>) {
    loop {
        let reconciler = Arc::new(equipment.reconciler(seed.clone(), &recorder));
        let controller = Controller::new(reconciler, scope(), Telemetry::default());
        tokio::select! {
            biased;
            // All that was in memory is gone, and calls on their way may or may not arrive.
            () = recorder.struck.notified() => tokio::time::sleep(RESTART).await,
            () = controller.run() => return,
        }
    }
}

/// What the controller of a simulation serves: all shoots.
pub(crate) fn scope() -> Scope {
    Scope { classes: vec!["shoot".to_owned()], ignore_operation_annotation: false, concurrency: 5 }
}

/// Kills the controller once, or once more each time that it is told to.
pub(crate) struct Killer {
    crash: Mutex<Crash>,
    struck: Notify,
    armed: AtomicBool,
    mutations: AtomicU32,
    state_writes: AtomicU32,
    writes: AtomicU32,
    ccm_patches: AtomicU32,
    shoot_calls: AtomicU32,
    /// What it was told.
    pub(crate) events: Mutex<Vec<Event>>,
    /// The steps of migrations that it was told are done.
    pub(crate) milestones: Mutex<Vec<Milestone>>,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// The controller dies; the call never arrives.
    Lost,
    /// It arrives; the controller dies before the answer.
    Unanswered,
}

impl Fate {
    fn verdict(self) -> Verdict {
        match self {
            Self::Answered => Verdict::Pass,
            Self::Lost => Verdict::Hang,
            Self::Unanswered => Verdict::DropReply,
        }
    }
}

impl Killer {
    /// Kills as `crash` says.
    pub(crate) fn new(crash: Crash) -> Self {
        Self {
            crash: Mutex::new(crash),
            struck: Notify::new(),
            armed: AtomicBool::new(true),
            mutations: AtomicU32::new(0),
            state_writes: AtomicU32::new(0),
            writes: AtomicU32::new(0),
            ccm_patches: AtomicU32::new(0),
            shoot_calls: AtomicU32::new(0),
            events: Mutex::default(),
            milestones: Mutex::default(),
        }
    }

    /// From now on, counted anew, kills as `crash` says.
    pub(crate) fn arm(&self, crash: Crash) {
        *self.crash.lock().unwrap() = crash;
        self.armed.store(true, Ordering::SeqCst);
        let writes = [&self.state_writes, &self.writes, &self.ccm_patches];
        for count in [&self.mutations, &self.shoot_calls].into_iter().chain(writes) {
            count.store(0, Ordering::SeqCst);
        }
    }

    fn crash(&self) -> Crash {
        *self.crash.lock().unwrap()
    }

    /// What becomes of the next call that changes the cloud.
    pub(crate) fn mutation(&self) -> Fate {
        let number = self.mutations.fetch_add(1, Ordering::SeqCst) + 1;
        match self.crash() {
            Crash::AtMutation { number: at, arrives } if at == number => self.strike(arrives),
            _ => Fate::Answered,
        }
    }

    /// What becomes of the next write of the state.
    fn state_write(&self) -> Fate {
        let number = self.state_writes.fetch_add(1, Ordering::SeqCst) + 1;
        match self.crash() {
            Crash::AtStateWrite { number: at, arrives } if at == number => self.strike(arrives),
            _ => Fate::Answered,
        }
    }

    /// What becomes of the next patch of the cloud-controller-manager's Deployment or ManagedResource.
    fn ccm_patch(&self) -> Fate {
        let number = self.ccm_patches.fetch_add(1, Ordering::SeqCst) + 1;
        match self.crash() {
            Crash::AtCcmPatch { number: at, arrives } if at == number => self.strike(arrives),
            _ => Fate::Answered,
        }
    }

    /// What happens to a request to the seed. Writes of the state are the controller's alone, and so are patches of what belongs to the
    /// cloud-controller-manager that bear a version.
    pub(crate) fn verdict(&self, call: &Call) -> Verdict {
        if call.method != "PATCH" {
            return Verdict::Pass;
        }
        let of_ccm = call.path.ends_with("/scale") || call.path.contains("/managedresources/");
        if call.body.pointer("/status/state").is_some() {
            self.state_write().verdict()
        } else if of_ccm && call.body.pointer("/metadata/resourceVersion").is_some() {
            self.ccm_patch().verdict()
        } else {
            Verdict::Pass
        }
    }

    /// What happens to a write to the seed that is surely the controller's.
    pub(crate) fn write(&self) -> Verdict {
        let number = self.writes.fetch_add(1, Ordering::SeqCst) + 1;
        let fate = match self.crash() {
            Crash::AtWrite { number: at, arrives } if at == number => self.strike(arrives),
            _ => Fate::Answered,
        };
        fate.verdict()
    }

    /// What happens to a call of a shoot's API.
    pub(crate) fn shoot_call(&self) -> ShootFate {
        let number = self.shoot_calls.fetch_add(1, Ordering::SeqCst) + 1;
        if self.crash() != (Crash::AtShootCall { number }) {
            return ShootFate::Pass;
        }
        self.strike(false);
        ShootFate::Silence
    }

    /// Waits until it kills.
    pub(crate) async fn struck(&self) {
        self.struck.notified().await;
    }

    fn strike(&self, arrives: bool) -> Fate {
        self.armed.store(false, Ordering::SeqCst);
        self.struck.notify_one();
        if arrives { Fate::Unanswered } else { Fate::Lost }
    }

    /// Whether it has.
    pub(crate) fn has_killed(&self) -> bool {
        !self.armed.load(Ordering::SeqCst)
    }
}

impl Recorder for Killer {
    fn record<'a>(&'a self, _: &'a Infrastructure, event: &'a Event) -> BoxFuture<'a, ()> {
        self.events.lock().unwrap().push(event.clone());
        Box::pin(std::future::ready(()))
    }

    fn milestone_done<'a>(&'a self, _: &'a Key, milestone: Milestone) -> BoxFuture<'a, ()> {
        self.milestones.lock().unwrap().push(milestone);
        let kill = self.crash() == Crash::After(milestone) && self.armed.swap(false, Ordering::SeqCst);
        if self.crash() == Crash::PanicAfter(milestone) && self.armed.swap(false, Ordering::SeqCst) {
            panic!("as the test wants it, after {milestone}");
        }
        Box::pin(async move {
            if kill {
                self.struck.notify_one();
                std::future::pending::<()>().await;
            }
        })
    }
}

struct Access {
    cloud: InProcess,
    token: String,
    project: String,
    rng: Arc<SeededRng>,
}

impl CloudAccess for Access {
    fn clients(&self, _: &Seed, _: &Secret) -> Result<Arc<Clients>, Error> {
        clients(&self.cloud, &self.token, &self.project, &self.rng).map(Arc::new)
    }
}

/// The controller's clients of `project` in `cloud`.
pub(crate) fn clients(
    cloud: &InProcess,
    token: &str,
    project: &str,
    rng: &Arc<SeededRng>,
) -> Result<Clients, Error> {
    let tokens = Arc::new(StaticToken::new(token)?);
    let (cloud, config) = (Arc::new(cloud.clone()), |endpoint| Config::new(project, endpoint));
    Ok(Clients {
        compute: Compute::new(config(client::ENDPOINT), cloud.clone(), tokens.clone(), rng.clone())?,
        iam: Iam::new(config(iam::ENDPOINT), cloud.clone(), tokens.clone(), rng.clone())?,
        resource_manager: ResourceManager::new(
            config(resource_manager::ENDPOINT),
            cloud.clone(),
            tokens.clone(),
            rng.clone(),
        )?,
        network_connectivity: NetworkConnectivity::new(
            config(network_connectivity::ENDPOINT),
            cloud,
            tokens,
            rng.clone(),
        )?,
    })
}

/// The controller's clock.
pub(crate) struct VirtualClock {
    pub(crate) time: Time,
    /// How many seconds it is behind.
    pub(crate) behind: Arc<AtomicI64>,
}

impl Clock for VirtualClock {
    fn now(&self) -> jiff::Timestamp {
        self.time.now() - jiff::SignedDuration::from_secs(self.behind.load(Ordering::SeqCst))
    }
}

/// Randomness of a simulation's own seed; the next process goes on where the last one ended, as fresh randomness would.
pub(crate) struct SeededRng {
    seed: u64,
    rng: Mutex<StdRng>,
}

impl SeededRng {
    /// Draws from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, rng: Mutex::new(StdRng::seed_from_u64(seed)) }
    }
}

impl Rng for SeededRng {
    fn uuid(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.rng.lock().unwrap().random()).into_uuid()
    }

    fn unit(&self) -> f64 {
        self.rng.lock().unwrap().random()
    }
}

impl Drop for SeededRng {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("request ids and jitter were drawn from the seed {}", self.seed);
        }
    }
}
