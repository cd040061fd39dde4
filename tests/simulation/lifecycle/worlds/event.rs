//! What happens at any time: people change their mind, VMs come and go, the controller dies, somebody forbids something.

use std::time::Duration;

use landscape::neighbours::managed_resource::CCM;
use landscape::neighbours::objects::Kind;
use planner::documents::names::MIGRATION_ANNOTATION;
use serde_json::{Value, json};

use super::super::documents::going;
use super::super::life::PROJECT;
use super::World;
use super::draw::Random;
use super::nodes::Happening;
use super::obstacle::{Obstacle, Remedy, alias, take_permission};
use super::trouble::FORBIDDEN;
use crate::support::Crash;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The Shoot asks for IPv4.
    Ipv4,
    /// The Shoot asks for both families.
    Dual,
    /// A word on the Shoot.
    OnShoot(&'static str),
    /// A word on the Infrastructure.
    OnInfrastructure(&'static str),
    /// No more words.
    NoWords,
    /// The Shoot is being deleted.
    Going,
    /// Its infrastructure is, whatever is under way; nothing happens after that.
    Away,
    /// A node joins.
    Join,
    /// A node goes.
    Leave,
    /// A VM stops.
    Stop,
    /// All VMs run.
    Start,
    /// Somebody forbids something.
    Forbid,
    /// All is allowed again.
    Allow,
    /// The controller loses a permission.
    Permission,
    /// Somebody makes a route inside the pod range.
    RouteInside,
    /// A VM of somebody else takes an alias from the range, if it is there.
    RangeUsed,
    /// Somebody starts the cloud-controller-manager.
    StartCcm,
    /// The control plane moves to another seed.
    Move,
    /// The shoot is deleted by force, and one of the same name is made.
    ForcedDeletion,
    /// A node's route is deleted by hand.
    RouteLost,
    /// The control plane is left alone after all, by a late write of a process that nobody knows of any more.
    Frozen,
    /// Something becomes of the nodes, or of the way to them.
    OfNodes(Happening),
    /// The controller dies at one of its next calls.
    Crash,
    /// The controller is ended.
    Restart,
}

/// What happens by chance.
pub(super) const EVENTS: [Event; 29] = [
    Event::Ipv4,
    Event::Ipv4,
    Event::Ipv4,
    Event::Dual,
    Event::Dual,
    Event::OnShoot("hold"),
    Event::OnShoot("undo"),
    Event::OnInfrastructure("hold"),
    Event::OnInfrastructure("undo"),
    Event::OnInfrastructure("try-again"),
    Event::OnShoot("try-again"),
    Event::NoWords,
    Event::NoWords,
    Event::Going,
    Event::Join,
    Event::Join,
    Event::Leave,
    Event::Stop,
    Event::Start,
    Event::Forbid,
    Event::Allow,
    Event::Permission,
    Event::RouteInside,
    Event::RangeUsed,
    Event::StartCcm,
    Event::Move,
    Event::RouteLost,
    Event::Crash,
    Event::Restart,
];

/// The time for which nothing is changed after which whatever is still to happen does.
const IDLE: u32 = 80;
/// The pause between two looks whether something is to happen.
const LOOK: Duration = Duration::from_secs(5);

impl World {
    /// Waits until the controller has changed so much, or nothing for long.
    pub(super) async fn until(&self, changes: u32) {
        let (mut last, mut idle) = (0, 0);
        while self.stage.progress.now() < changes && idle < IDLE {
            tokio::time::sleep(if self.stage.progress.now() == last { LOOK } else { LOOK / 10 }).await;
            let now = self.stage.progress.now();
            idle = if now == last { idle + 1 } else { 0 };
            last = now;
        }
    }

    /// Lets `event` happen.
    pub(super) async fn happen(&self, event: Event, random: &mut Random) {
        self.stage.note(|| format!("event {event:?}"));
        let stage = &self.stage;
        match event {
            Event::Ipv4 => stage.ask_for(&["IPv4"]).await,
            Event::Dual => stage.ask_for(&["IPv4", "IPv6"]).await,
            Event::OnShoot(word) => stage.edit_shoot(&annotated(&json!(word))).await,
            Event::OnInfrastructure(word) => self.say(&json!(word)).await,
            Event::NoWords => self.silence().await,
            Event::Going => stage.edit_shoot(&going()).await,
            Event::Join => stage.join(1).await,
            Event::Leave => {
                let machine = stage.machines.borrow().first().cloned();
                if let Some(machine) = machine {
                    stage.leave(&machine).await;
                }
            }
            Event::Stop => {
                let machines = stage.machines.borrow().clone();
                if !machines.is_empty() {
                    let machine = &machines[random.below(machines.len())];
                    self.set_status(&machine.zone, &machine.name, "TERMINATED").await;
                }
            }
            Event::Start => {
                let machines = stage.machines.borrow().clone();
                for machine in &machines {
                    self.set_status(&machine.zone, &machine.name, "RUNNING").await;
                }
            }
            Event::Forbid => self.forbid(random.pick(&FORBIDDEN), random.below(4)),
            Event::Allow => self.trouble.allow(),
            Event::Permission => {
                self.flag_may_stay.set(true);
                let obstacle = take_permission(stage, random).await;
                self.obstacles.borrow_mut().push(obstacle);
            }
            Event::RouteInside => self.route_inside().await,
            Event::RangeUsed => self.range_used().await,
            Event::StartCcm => {
                let deployments = stage.objects(Kind::Deployment);
                if deployments.find(CCM).await.unwrap().is_some() {
                    deployments.merge(CCM, &json!({ "spec": { "replicas": 1 } })).await.unwrap();
                }
            }
            Event::Move => {
                let _turn = self.take_turn().await;
                // The seed where it is restored has no API of the shoot's yet that could be asked.
                self.unwatched.set(true);
                let ended = stage.move_away().await;
                self.trouble.install(&stage.life());
                stage.note(|| format!("moved: {ended:?}"));
                stage.wish.notify_one();
            }
            Event::ForcedDeletion => {
                let _turn = self.take_turn().await;
                stage.made_anew_after_force().await;
                self.flag.set(None);
                stage.wish.notify_one();
            }
            Event::RouteLost => {
                let range = stage.machines.borrow().first().map(|machine| machine.pod_cidr.clone());
                let routes = stage.hands().list("global/routes").await.unwrap();
                let lost = routes.iter().find(|route| route["destRange"].as_str() == range.as_deref());
                if let Some(name) = lost.and_then(|route| route["name"].as_str()) {
                    let _ = stage.hands().delete(&format!("global/routes/{name}")).await;
                }
            }
            Event::Frozen => stage.freeze_late(random.chance(50)).await,
            Event::OfNodes(happening) => self.befall(happening, random).await,
            Event::Crash => {
                let (number, arrives) = (1 + u32::try_from(random.below(6)).unwrap(), random.chance(50));
                stage.life().kill(random.pick(&[
                    Crash::AtMutation { number, arrives },
                    Crash::AtStateWrite { number, arrives },
                    Crash::AtWrite { number, arrives },
                ]));
            }
            Event::Restart | Event::Away => drop(self.take_turn().await),
        }
    }

    /// Ends gardenlet's operation in the middle, and the controller with it; nobody begins another one meanwhile.
    pub(super) async fn take_turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        if let Ok(turn) = self.stage.turn.try_lock() {
            return turn;
        }
        self.stage.interrupt.notify_one();
        let turn = self.stage.turn.lock().await;
        // Calls that were under way come to their end.
        tokio::time::sleep(Duration::from_secs(20)).await;
        turn
    }

    /// Says a word on the Infrastructure.
    pub(super) async fn say(&self, word: &Value) {
        let (life, shoot) = (self.stage.life(), self.stage.shoot());
        if life.object(&shoot).is_some() {
            life.edit(&shoot, &annotated(word)).await;
        }
        self.stage.wish.notify_one();
    }

    /// Takes all words back.
    pub(super) async fn silence(&self) {
        self.stage.edit_shoot(&annotated(&Value::Null)).await;
        self.say(&Value::Null).await;
    }

    async fn set_status(&self, zone: &str, name: &str, status: &str) {
        let path = format!("zones/{zone}/instances/{name}");
        if self.stage.hands().get(&path).await.unwrap().is_some() {
            let change = json!({ "project": PROJECT, "zone": zone, "name": name, "status": status });
            self.stage.life().cloud.change_instance(&change).await;
        }
    }

    async fn route_inside(&self) {
        self.flag_may_stay.set(true);
        let vpc = self.stage.world().shoot.vpc;
        let network = format!("projects/{PROJECT}/global/networks/{vpc}");
        let route = json!({ "name": "obstacle-late", "network": network, "destRange": "100.127.0.0/24", "nextHopIp": "10.250.0.9" });
        let _ = self.stage.hands().insert("global/routes", route).await;
        let remedy = Remedy::Delete("global/routes/obstacle-late".to_owned());
        self.obstacles.borrow_mut().push(Obstacle { words: vec!["obstacle-late".to_owned()], remedy });
    }

    async fn range_used(&self) {
        let shoot = self.stage.world().shoot;
        let zone = shoot.zones[0].clone();
        let guest = json!({
            "name": "obstacle-guest", "networkInterfaces": [{ "subnetwork": shoot.subnet_url(&shoot.nodes_subnet()) }],
        });
        let _ = self.stage.hands().insert(&format!("zones/{zone}/instances"), guest).await;
        alias(&self.stage, &zone, "obstacle-guest", "100.126.0.0/24", "ipv4-pod-cidr").await;
        let remedy = Remedy::Delete(format!("zones/{zone}/instances/obstacle-guest"));
        self.obstacles.borrow_mut().push(Obstacle { words: vec!["obstacle-guest".to_owned()], remedy });
    }
}

fn annotated(words: &Value) -> Value {
    json!({ "metadata": { "annotations": { MIGRATION_ANNOTATION: words } } })
}
