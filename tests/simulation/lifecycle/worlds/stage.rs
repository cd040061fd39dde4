//! The stage of a world: one shoot with its control plane and its nodes, and gardenlet, which has its infrastructure reconciled.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use gardener_extension_infra_gcp::extension::Requeue;
use landscape::cloud::Cloud;
use landscape::neighbours::ccm::StandIn;
use landscape::neighbours::kubelets::{Kubelets, Workload};
use landscape::neighbours::machines::{Health, Machine, Machines};
use landscape::neighbours::managed_resource::{CCM, MANAGED_RESOURCE};
use landscape::neighbours::objects::{Kind, Objects};
use landscape::neighbours::resource_manager::ResourceManager;
use landscape::neighbours::{self, Guests, Neighbours, World, controlplane};
use landscape::seed::MemorySeed;
use serde_json::{Value, json};

use super::super::documents::{REGION, Shoot};
use super::super::life::{Life, PROJECT};
use super::nodes::Nodes;
use crate::support::CloudCall;

/// The user agent of those who change the cloud by hand.
pub(super) const HANDS: &str = "hands";
/// The pause between two attempts of gardenlet's.
const PAUSE: Duration = Duration::from_secs(60);
/// The time after which gardenlet has everything reconciled once more.
const MAINTENANCE: Duration = Duration::from_secs(600);

/// How an operation of gardenlet's ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ended {
    /// It succeeded.
    Well,
    /// It failed: why, and with which of Gardener's codes.
    Badly(String),
}

/// Counts what the controller changed.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<AtomicU32>);

impl Progress {
    /// One more change.
    pub(super) fn more(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// The changes so far.
    pub(super) fn now(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

/// How the neighbours of a shoot are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manners {
    /// How long a pod of the cloud-controller-manager lives on after it was told to stop.
    pub(super) ccm_stop: Duration,
    /// How long a reconcile of the resource manager takes from reading to applying.
    pub(super) apply: Duration,
}

/// One shoot and what is around it.
pub(super) struct Stage {
    life: RefCell<Rc<Life>>,
    shoot: RefCell<Shoot>,
    world: RefCell<World>,
    neighbours: RefCell<Option<Neighbours>>,
    /// The API of the shoot, which stays where it is when the control plane moves.
    nodes: MemorySeed,
    /// The kubelets behind it.
    pub(super) kubelets: Kubelets,
    /// What new nodes are like.
    kind: RefCell<Nodes>,
    manners: Manners,
    random_seed: u64,
    next_machine: Cell<u32>,
    /// The machines that were made and not removed by hand.
    pub(super) machines: RefCell<Vec<Machine>>,
    /// What the controller changed.
    pub(super) progress: Progress,
    /// Held by whoever has the infrastructure at work.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// Ends gardenlet's operation in the middle, and the controller with it.
    pub(super) interrupt: tokio::sync::Notify,
    /// Tells gardenlet that something is wanted.
    pub(super) wish: tokio::sync::Notify,
    /// What happened, for people.
    log: Option<Rc<RefCell<Vec<String>>>>,
}

impl Stage {
    /// The shoot called for by `shoot`, in `life`; nothing of it is there yet.
    pub(super) fn new(
        life: &Rc<Life>,
        shoot: Shoot,
        manners: Manners,
        kind: Nodes,
        random_seed: u64,
        log: Option<Rc<RefCell<Vec<String>>>>,
    ) -> Self {
        let time = life.time;
        let nodes = MemorySeed::new(move || time.now()).unwrap();
        let world = world(life, &shoot, &nodes);
        let kubelets = life.serve(&world, nodes.clone());
        Self {
            life: RefCell::new(life.clone()),
            shoot: RefCell::new(shoot),
            world: RefCell::new(world),
            neighbours: RefCell::new(None),
            nodes,
            kubelets,
            kind: RefCell::new(kind),
            manners,
            random_seed,
            next_machine: Cell::new(0),
            machines: RefCell::default(),
            progress: Progress::default(),
            turn: tokio::sync::Mutex::default(),
            interrupt: tokio::sync::Notify::new(),
            wish: tokio::sync::Notify::new(),
            log,
        }
    }

    /// Writes down what happened.
    pub(super) fn note(&self, text: impl FnOnce() -> String) {
        if let Some(log) = &self.log {
            let (now, name) = (self.life().time.now(), self.name());
            log.borrow_mut().push(format!("{now} {:>3} {name}: {}", self.progress.now(), text()));
        }
    }

    /// The seed on which the control plane is, and its controller.
    pub(super) fn life(&self) -> Rc<Life> {
        self.life.borrow().clone()
    }

    /// The shoot, as its owner wants it.
    pub(super) fn shoot(&self) -> Shoot {
        self.shoot.borrow().clone()
    }

    /// The Cluster's name.
    pub(super) fn name(&self) -> String {
        self.shoot.borrow().name.clone()
    }

    /// What its neighbours see.
    pub(super) fn world(&self) -> World {
        self.world.borrow().clone()
    }

    /// The cloud, for hands.
    pub(super) fn hands(&self) -> Cloud {
        self.world.borrow().cloud.as_agent(HANDS)
    }

    /// The status of the Infrastructure.
    pub(super) fn status(&self) -> Value {
        self.life().status(&self.shoot())
    }

    /// Whether the last report names both families.
    pub(super) fn reports_both(&self) -> bool {
        self.status()["networking"]["nodes"].as_array().is_some_and(|nodes| nodes.len() > 1)
    }

    /// Has the Shoot ask for these families, and gardenlet see to it.
    pub(super) async fn ask_for(&self, families: &[&str]) {
        self.shoot.borrow_mut().families = families.iter().map(|family| (*family).to_owned()).collect();
        self.edit_shoot(&json!({ "spec": { "networking": { "ipFamilies": families } } })).await;
    }

    /// Changes the Shoot, and has gardenlet see to it.
    pub(super) async fn edit_shoot(&self, patch: &Value) {
        self.life().edit_shoot(&self.shoot(), patch).await;
        self.wish.notify_one();
    }

    /// The infrastructure is reconciled once, and the rest of Gardener follows if that succeeds.
    pub(super) async fn deploy(&self) -> Ended {
        let (life, shoot) = (self.life(), self.shoot());
        if life.object(&shoot).is_none() {
            return Ended::Well;
        }
        life.ask(&shoot, "reconcile").await;
        self.reconcile(&life).await
    }

    /// What was asked for is done, and what it puts off, as the rest of Gardener follows.
    async fn reconcile(&self, life: &Life) -> Ended {
        let shoot = self.shoot();
        loop {
            let next = Box::pin(life.reconcile_once(&shoot)).await;
            let succeeded = life.status(&shoot)["lastOperation"]["state"] == "Succeeded";
            match next {
                Requeue::After(wait) => {
                    if succeeded {
                        self.follow_up().await;
                    }
                    tokio::time::sleep(wait).await;
                }
                Requeue::OnChange | Requeue::WithBackoff => return self.follow_up().await,
            }
        }
    }

    /// What the rest of Gardener does once an operation has ended.
    async fn follow_up(&self) -> Ended {
        let (life, shoot) = (self.life(), self.shoot());
        let status = life.status(&shoot);
        if self.log.is_some() {
            let changes: Vec<String> =
                life.calls().into_iter().filter(CloudCall::is_mutation).map(|call| call.label).collect();
            self.note(|| format!("changed {changes:?}, state {}", status["state"]));
        }
        if status["lastOperation"]["state"] == "Succeeded" {
            life.carry_over(&shoot).await;
            self.control_plane().await;
            self.note(|| format!("succeeded, {}", status["networking"]["nodes"]));
            return Ended::Well;
        }
        let text = status["lastError"]["description"].as_str().unwrap_or_default().to_owned();
        self.note(|| format!("failed: {text} {}", status["lastError"]["codes"]));
        Ended::Badly(text)
    }

    /// Deploys the control plane, with a cloud-controller-manager as the report wants it.
    async fn control_plane(&self) {
        let world = self.world();
        controlplane::deploy(&world).await.unwrap();
        // A new one is as the report wants it before anybody runs it.
        controlplane::reconcile_with(&world, !self.reports_both()).await.unwrap();
        if self.neighbours.borrow().is_none() {
            self.start_neighbours(&world);
        }
    }

    fn start_neighbours(&self, world: &World) {
        let mut ccm = StandIn::new(world);
        ccm.stop_delay = self.manners.ccm_stop;
        let mut resource_manager = ResourceManager::new(world);
        resource_manager.apply_delay = self.manners.apply;
        let health = Health::new(self.machine_controller());
        *self.neighbours.borrow_mut() =
            Some(Neighbours::start_with(ccm, resource_manager, health, self.kubelets.clone()));
    }

    /// The machine controller, which makes nodes as they are in this world.
    pub(super) fn machine_controller(&self) -> Machines {
        let Nodes { guests, workload } = self.kind.borrow().clone();
        Machines::new(&self.world(), self.random_seed).with(guests, workload)
    }

    /// The pods of new nodes.
    pub(super) fn workload(&self) -> Workload {
        self.kind.borrow().workload.clone()
    }

    /// Whether guests of nodes, of present ones or of some that join later, take alias ranges.
    pub(super) fn may_have_bad_guests(&self) -> bool {
        self.kind.borrow().guests != Guests::default()
    }

    /// From now on no guest of a new node takes alias ranges.
    pub(super) async fn with_good_guests(&self) {
        self.kind.borrow_mut().guests = Guests::default();
        let neighbours = self.neighbours.borrow_mut().take();
        if let Some(neighbours) = neighbours {
            neighbours.stop().await;
            self.start_neighbours(&self.world());
        }
    }

    /// A number that no machine has.
    pub(super) fn number(&self) -> u32 {
        self.next_machine.replace(self.next_machine.get() + 1)
    }

    /// Makes so many more nodes, and has it written down from when they are first reached whether they are.
    pub(super) async fn join(&self, number: u32) {
        let world = self.world();
        if self.hands().get(&world.shoot.nodes_subnet_path()).await.unwrap().is_none() {
            // Nodes come once there is something for them to be on.
            return;
        }
        let from = self.next_machine.get();
        self.next_machine.set(from + number);
        let made = self.machine_controller().create(from..from + number).await.unwrap();
        for machine in &made {
            world.cloud.watch(&machine.zone, &machine.name, &machine.pod_cidr).await.unwrap();
        }
        self.machines.borrow_mut().extend(made);
    }

    /// A node goes with its VM.
    pub(super) async fn leave(&self, machine: &Machine) {
        self.machines.borrow_mut().retain(|other| other.name != machine.name);
        let _ = self.machine_controller().remove(machine).await;
    }

    /// Waits until so many nodes are reached over routes, two minutes at most.
    pub(super) async fn until_routed(&self, number: u64) {
        let world = self.world();
        for _ in 0..120 {
            if world.cloud.ledger().await.unwrap().states.route >= number {
                return;
            }
            world.time.sleep(Duration::from_secs(1)).await;
        }
    }

    /// The objects of the control plane of this kind.
    pub(super) fn objects(&self, kind: Kind) -> Objects {
        Objects::within(&self.life().seed.client(), kind, &self.name())
    }

    /// Whether the cloud-controller-manager is held back.
    pub(super) async fn is_frozen(&self) -> bool {
        let resource = self.objects(Kind::ManagedResource).find(MANAGED_RESOURCE).await.unwrap();
        let deployment = self.objects(Kind::Deployment).find(CCM).await.unwrap();
        let ignored = resource.is_some_and(|resource| {
            !resource["metadata"]["annotations"]["resources.gardener.cloud/ignore"].is_null()
        });
        ignored || deployment.is_some_and(|deployment| deployment["spec"]["replicas"] == 0)
    }

    /// Has the control plane left alone, as a late write does, and with `whole` the cloud-controller-manager stopped.
    pub(super) async fn freeze_late(&self, whole: bool) {
        if self.objects(Kind::ManagedResource).find(MANAGED_RESOURCE).await.unwrap().is_none() {
            return;
        }
        if whole { self.freeze().await } else { self.leave_alone().await }
    }

    async fn leave_alone(&self) {
        let ignored = json!({ "metadata": { "annotations": {
            "resources.gardener.cloud/ignore": "true", "gcp.provider.extensions.gardener.cloud/remove-ignore": "true",
        } } });
        self.objects(Kind::ManagedResource).merge(MANAGED_RESOURCE, &ignored).await.unwrap();
    }

    /// Holds the cloud-controller-manager back, as another controller does for a migration.
    pub(super) async fn freeze(&self) {
        self.leave_alone().await;
        tokio::time::sleep(Duration::from_secs(30)).await;
        self.objects(Kind::Deployment).merge(CCM, &json!({ "spec": { "replicas": 0 } })).await.unwrap();
        tokio::time::sleep(self.manners.ccm_stop + Duration::from_secs(30)).await;
    }

    /// Gardenlet, for ever: it has the infrastructure reconciled when something is wanted, after a pause when that failed, and every now
    /// and then.
    pub(super) async fn gardenlet(&self) {
        loop {
            let ended = {
                let _turn = self.turn.lock().await;
                tokio::select! {
                    biased;
                    () = self.interrupt.notified() => {
                        self.life().restart();
                        None
                    }
                    ended = self.deploy() => Some(ended),
                }
            };
            let pause = match ended {
                None => Duration::ZERO,
                Some(Ended::Badly(_)) => PAUSE,
                Some(Ended::Well) => MAINTENANCE,
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.wish.notified(), if pause > Duration::ZERO => {}
            }
        }
    }

    /// Deletes the control plane and stops all who live in it.
    pub(super) async fn end_control_plane(&self) {
        let neighbours = self.neighbours.borrow_mut().take();
        if let Some(neighbours) = neighbours {
            neighbours.stop().await;
        }
        self.objects(Kind::Deployment).delete(CCM).await.unwrap();
        for pod in self.objects(Kind::Pod).list("").await.unwrap() {
            self.objects(Kind::Pod).delete(pod["metadata"]["name"].as_str().unwrap()).await.unwrap();
        }
        self.objects(Kind::ManagedResource).delete(MANAGED_RESOURCE).await.unwrap();
    }

    /// The control plane moves to another seed: its Infrastructure is left there, and restored here from its state and its words.
    pub(super) async fn move_away(&self) -> Ended {
        let (old, shoot) = (self.life(), self.shoot());
        let Some(left) = old.object(&shoot) else { return Ended::Well };
        old.ask(&shoot, "migrate").await;
        let _ = old.reconcile(&shoot).await;
        self.end_control_plane().await;
        let new = Rc::new(old.elsewhere());
        for object in shoot.around() {
            new.seed.put(&object).unwrap();
        }
        let kind = landscape::crds::cluster();
        let cluster = old.seed.get(&kind, "", &shoot.name).unwrap();
        new.seed.put(&cluster).unwrap();
        new.show_the_way_to(&shoot.name);
        let mut object = shoot.infrastructure("restore");
        object["status"] = json!({ "state": old.status(&shoot)["state"] });
        object["spec"] = left["spec"].clone();
        new.seed.put(&object).unwrap();
        *self.world.borrow_mut() = world(&new, &shoot, &self.nodes);
        *self.life.borrow_mut() = new.clone();
        self.reconcile(&new).await
    }

    /// The shoot is deleted by force, its machines with it, and one of the same name is made. What is in the cloud stays.
    pub(super) async fn made_anew_after_force(&self) {
        let (life, shoot) = (self.life(), self.shoot());
        self.end_control_plane().await;
        let machines = std::mem::take(&mut *self.machines.borrow_mut());
        let number = u32::try_from(machines.len()).unwrap();
        for machine in &machines {
            self.leave(machine).await;
        }
        if life.object(&shoot).is_some() {
            life.edit(&shoot, &json!({ "metadata": { "finalizers": null } })).await;
            life.delete(&shoot).await;
        }
        let new = json!({ "metadata": { "deletionTimestamp": null }, "status": { "networking": null } });
        life.edit_shoot(&shoot, &new).await;
        life.restart();
        life.seed.put(&shoot.infrastructure("reconcile")).unwrap();
        let _ = self.deploy().await;
        if !self.reports_both() && self.neighbours.borrow().is_some() {
            self.join(number).await;
        }
    }
}

/// What the neighbours of `shoot` see.
fn world(life: &Life, shoot: &Shoot, nodes: &MemorySeed) -> World {
    let range = |name: &str| shoot.ranges[name].as_str().unwrap().to_owned();
    let mut facts = neighbours::Shoot::new(&shoot.name, PROJECT);
    facts.vpc = shoot.networks["vpc"]["name"].as_str().unwrap_or(&shoot.name).to_owned();
    REGION.clone_into(&mut facts.region);
    (facts.workers, facts.pods, facts.services) = (range("nodes"), range("pods"), range("services"));
    World {
        seed: life.seed.client(),
        shoot_api: nodes.client(),
        cloud: Cloud::new(Arc::new(life.cloud.clone()), PROJECT, life.time),
        time: life.time,
        shoot: facts,
    }
}
