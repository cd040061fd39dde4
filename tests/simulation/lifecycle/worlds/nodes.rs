//! What nodes are like and what becomes of them: guests that take alias ranges, pods that nothing measures, Nodes that say what is not so.

use std::time::Duration;

use landscape::neighbours::kubelets::Workload;
use landscape::neighbours::machines::Machine;
use landscape::neighbours::{Guest, Guests};
use serde_json::{Value, json};

use super::super::life::PROJECT;
use super::World;
use super::draw::{Draw, Random};
use super::obstacle::{Obstacle, Remedy};
use super::stage::Stage;
use crate::support::ShootFate;

/// The label of Nodes whose guests take alias ranges.
const TAKES_ALIASES: &str = "landscape.test/takes-aliases";
/// The name of a VM in another region and of its subnet, and the zone.
const FAR: &str = "obstacle-far";
const FAR_ZONE: &str = "us-east1-b";
/// The numbers of machines that are ever made: those that join, and from 4096 on those that replace others.
const NUMBERS: [std::ops::Range<u32>; 2] = [0..64, 4096..4160];

/// What the nodes of a shoot are like.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    /// What their guests do with alias ranges.
    pub(super) guests: Guests,
    /// The pods on them.
    pub(super) workload: Workload,
}

/// What becomes of nodes and of the way to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    /// The API of the shoot does not answer any more.
    Silence,
    /// The API of the shoot refuses all that is asked.
    Refusal,
    /// It answers again.
    Answers,
    /// The way from the API server to the nodes is broken.
    VpnDown,
    /// It is open again.
    VpnUp,
    /// The pods of a node answer to nobody.
    Ill,
    /// They do again.
    Well,
    /// A word on the Infrastructure about canaries.
    Say(&'static str),
    /// A kubelet registers its Node anew, which gets another range for its pods.
    Renumbered,
    /// A VM with the shoot's tag has no Node.
    Lone,
    /// A Node says what is not so.
    Lie(Lie),
}

/// What a Node says that is not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    /// It names a VM that is not there.
    NoVm,
    /// It names a VM of somebody else.
    Foreign,
    /// It names a VM in another region.
    Far,
    /// Its range is not one of the shoot's pods.
    Outside,
    /// It is called otherwise than the VM that it names, whose Node is another one.
    Second,
}

/// What is so from the beginning, by chance.
const FROM_THE_BEGINNING: [Happening; 7] = [
    Happening::Renumbered,
    Happening::Lone,
    Happening::Lie(Lie::NoVm),
    Happening::Lie(Lie::Foreign),
    Happening::Lie(Lie::Far),
    Happening::Lie(Lie::Outside),
    Happening::Lie(Lie::Second),
];

/// What happens later, by chance.
pub(super) const LATER: [Happening; 17] = [
    Happening::Silence,
    Happening::Silence,
    Happening::Refusal,
    Happening::Answers,
    Happening::VpnDown,
    Happening::VpnUp,
    Happening::Ill,
    Happening::Well,
    Happening::Say("canary-again"),
    Happening::Say("skip-node-check"),
    Happening::Renumbered,
    Happening::Lone,
    Happening::Lie(Lie::NoVm),
    Happening::Lie(Lie::Foreign),
    Happening::Lie(Lie::Far),
    Happening::Lie(Lie::Outside),
    Happening::Lie(Lie::Second),
];

/// Draws what nodes are like. All of a worker pool are alike, as they run one image.
pub(super) fn draw(draw: &mut Draw) -> Nodes {
    let mut nodes = Nodes::default();
    if let Some(mut random) = draw.feature("guests", 12) {
        let guest = random.pick(&[
            Guest::Deaf,
            Guest::Deaf,
            Guest::Deaf,
            Guest::DeafAndUntold,
            Guest::Untold,
            Guest::Late,
        ]);
        match random.below(3) {
            2 => nodes.guests.usual = guest,
            pool => {
                let numbers = NUMBERS.into_iter().flatten().filter(|number| *number as usize % 2 == pool);
                nodes.guests.of = numbers.map(|number| (number, guest)).collect();
            }
        }
    }
    if let Some(mut random) = draw.feature("unmeasured", 6) {
        let pools = random.pick(&[&["pool1"][..], &["pool2"], &["pool1", "pool2"]]);
        nodes.workload.unmeasured = pools.iter().map(|pool| (*pool).to_owned()).collect();
    }
    nodes
}

/// Lets be what the draw says is so from the beginning.
pub(super) async fn put(draw: &mut Draw, world: &World) {
    for number in 0..2 {
        if let Some(mut random) = draw.feature(&format!("nodes-{number}"), 6) {
            let happening = random.pick(&FROM_THE_BEGINNING);
            world.befall(happening, &mut random).await;
        }
    }
    if let Some(mut random) = draw.feature("shoot-api", 6) {
        world.befall(random.pick(&[Happening::Silence, Happening::Refusal]), &mut random).await;
    }
    let (stage, bad) = (&world.stage, bad(&world.stage).await);
    // Of those that join later the names are not known yet.
    if stage.may_have_bad_guests() {
        let mut words: Vec<String> = bad.into_iter().map(|machine| machine.name).collect();
        words.extend(["canary-again", "skip-node-check", "guest agent"].map(str::to_owned));
        world.obstacles.borrow_mut().push(Obstacle { words, remedy: Remedy::Guests });
    }
    if !stage.workload().unmeasured.is_empty() {
        let words = ["canary-again", "skip-node-check"].map(str::to_owned).to_vec();
        world.obstacles.borrow_mut().push(Obstacle { words, remedy: Remedy::Say("skip-node-check") });
    }
}

impl World {
    /// Lets `happening` befall the nodes of the shoot.
    pub(super) async fn befall(&self, happening: Happening, random: &mut Random) {
        let stage = &self.stage;
        stage.note(|| format!("nodes: {happening:?}"));
        let again = || self.may_say(&["canary-again", "skip-node-check"]);
        match happening {
            Happening::Silence | Happening::Refusal => {
                let silent = happening == Happening::Silence;
                stage.life().shoots_meet(if silent { ShootFate::Silence } else { ShootFate::Refuse(403) });
                again();
            }
            Happening::Answers => stage.life().shoots_meet(ShootFate::Pass),
            Happening::VpnDown | Happening::VpnUp => {
                stage.kubelets.ail(|ills| ills.vpn_down = happening == Happening::VpnDown);
                again();
            }
            Happening::Ill => {
                let machines = stage.machines.borrow().clone();
                if !machines.is_empty() {
                    let name = machines[random.below(machines.len())].name.clone();
                    stage.kubelets.ail(|ills| ills.nodes.extend([name]));
                }
                again();
            }
            Happening::Well => stage.kubelets.ail(|ills| ills.nodes.clear()),
            Happening::Say(word) => {
                if word == "skip-node-check" {
                    self.unwatched.set(true);
                }
                self.say(&json!(word)).await;
            }
            Happening::Renumbered => {
                if let Some(former) = stage.renumber(random).await {
                    self.former.borrow_mut().push(former);
                }
            }
            Happening::Lone => drop(self.lone().await),
            Happening::Lie(lie) => self.lie(lie).await,
        }
    }

    /// An error may name one of these words as the way out.
    fn may_say(&self, words: &[&str]) {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        self.obstacles.borrow_mut().push(Obstacle { words, remedy: Remedy::Nothing });
    }

    /// A VM with the shoot's tag; its name, unless there is nothing for it to be on.
    async fn lone(&self) -> Option<String> {
        let shoot = self.stage.world().shoot;
        let name = format!("{}-pool1-z1-alone-{:05}", shoot.name, self.stage.number());
        let vm = json!({
            "name": name, "canIpForward": true, "tags": { "items": [shoot.name] },
            "networkInterfaces": [{ "subnetwork": shoot.subnet_url(&shoot.nodes_subnet()) }],
        });
        self.stage.hands().insert(&format!("zones/{}/instances", shoot.zones[0]), vm).await.ok()?;
        Some(name)
    }

    async fn lie(&self, lie: Lie) {
        let (stage, shoot) = (&self.stage, self.stage.world().shoot);
        let number = stage.number();
        let inside = shoot.pod_cidr(number).unwrap();
        let zone = if lie == Lie::Far { FAR_ZONE } else { &shoot.zones[0] };
        let (node, vm, range) = match lie {
            Lie::NoVm => {
                let name = format!("{}-pool1-z1-absent-{number:05}", shoot.name);
                (name.clone(), name, inside)
            }
            Lie::Foreign => {
                let vm = json!({
                    "name": "obstacle-liar",
                    "networkInterfaces": [{ "subnetwork": shoot.subnet_url(&shoot.nodes_subnet()) }],
                });
                let _ = stage.hands().insert(&format!("zones/{zone}/instances"), vm).await;
                // The cloud-controller-manager makes a route to it, which keeps the flag on.
                self.flag_may_stay.set(true);
                ("obstacle-liar".to_owned(), "obstacle-liar".to_owned(), inside)
            }
            Lie::Far => {
                self.flag_may_stay.set(true);
                stage.far_vm().await;
                (FAR.to_owned(), FAR.to_owned(), inside)
            }
            Lie::Outside => {
                let Some(name) = self.lone().await else { return };
                (name.clone(), name, format!("10.77.{number}.0/24"))
            }
            Lie::Second => {
                let Some(machine) = stage.machines.borrow().first().cloned() else { return };
                let former = (machine.name.clone(), inside.clone(), stage.life().time.now());
                self.former.borrow_mut().push(former);
                (format!("obstacle-second-{number}"), machine.name, inside)
            }
        };
        let words = vec![node.clone(), vm.clone(), range.clone()];
        stage.say_of(&node, zone, &vm, &range).await;
        self.obstacles.borrow_mut().push(Obstacle { words, remedy: Remedy::Node { name: node, range } });
    }
}

impl Stage {
    /// A VM in another region, with a subnet of its own.
    async fn far_vm(&self) {
        let (hands, network) =
            (self.hands(), format!("projects/{PROJECT}/global/networks/{}", self.world().shoot.vpc));
        let subnet = json!({ "name": FAR, "network": network, "ipCidrRange": "10.97.0.0/24" });
        let _ = hands.insert("regions/us-east1/subnetworks", subnet).await;
        let vm = json!({
            "name": FAR, "canIpForward": true,
            "networkInterfaces": [{ "subnetwork": format!("projects/{PROJECT}/regions/us-east1/subnetworks/{FAR}") }],
        });
        let _ = hands.insert(&format!("zones/{FAR_ZONE}/instances"), vm).await;
    }

    /// Makes a Node that says that the VM `vm` has this range.
    async fn say_of(&self, node: &str, zone: &str, vm: &str, range: &str) {
        let now = self.life().time.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let ready =
            json!({ "type": "Ready", "status": "True", "reason": "KubeletReady", "lastTransitionTime": now });
        let nodes = self.node_objects();
        let object = json!({
            "apiVersion": "v1", "kind": "Node", "metadata": { "name": node },
            "spec": { "providerID": format!("gce://{PROJECT}/{zone}/{vm}"), "podCIDR": range, "podCIDRs": [range] },
        });
        nodes.ensure(object).await.unwrap();
        nodes.merge_status(node, &json!({ "status": { "conditions": [ready] } })).await.unwrap();
    }

    /// The Node of a machine is made anew with another range. Returns VM, former range and since when.
    async fn renumber(&self, random: &mut Random) -> Option<(String, String, jiff::Timestamp)> {
        let index = random.below(self.machines.borrow().len());
        let former = self.machines.borrow().get(index).cloned()?;
        let world = self.world();
        let pod_cidr = world.shoot.pod_cidr(self.number()).unwrap();
        let machine = Machine { pod_cidr, ..former.clone() };
        self.node_objects().delete(&machine.name).await.unwrap();
        self.machine_controller().register(&machine).await.unwrap();
        world.cloud.watch(&machine.zone, &machine.name, &machine.pod_cidr).await.unwrap();
        self.machines.borrow_mut()[index] = machine;
        Some((former.name, former.pod_cidr, self.life().time.now()))
    }

    /// Those whose guests take alias ranges are replaced, and what comes from now on takes none.
    pub(super) async fn replace_guests(&self) {
        self.with_good_guests().await;
        let bad = bad(self).await;
        for machine in &bad {
            self.leave(machine).await;
            self.node_objects().delete(&machine.name).await.unwrap();
        }
        self.join(u32::try_from(bad.len()).unwrap()).await;
    }

    /// The Node goes, and the route that was made because of it.
    pub(super) async fn take_back_node(&self, name: &str, range: &str) {
        self.node_objects().delete(name).await.unwrap();
        // The cloud-controller-manager is through with whatever it was at.
        tokio::time::sleep(Duration::from_secs(30)).await;
        let hands = self.hands();
        for route in hands.list("global/routes").await.unwrap() {
            if route["destRange"] == *range {
                let _ = hands.delete(&format!("global/routes/{}", route["name"].as_str().unwrap())).await;
            }
        }
        if name == FAR {
            let _ = hands.delete(&format!("zones/{FAR_ZONE}/instances/{FAR}")).await;
            let _ = hands.delete(&format!("regions/us-east1/subnetworks/{FAR}")).await;
        }
        if name == "obstacle-liar" {
            let _ = hands.delete(&format!("zones/{}/instances/{name}", self.world().shoot.zones[0])).await;
        }
    }
}

/// The machines whose guests take alias ranges.
async fn bad(stage: &Stage) -> Vec<Machine> {
    let nodes = stage.node_objects().list("").await.unwrap();
    let bad = nodes.iter().filter(|node| node["metadata"]["labels"][TAKES_ALIASES] == "true");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    bad.map(|node| Machine {
        name: text(&node["metadata"]["name"]),
        zone: text(&node["metadata"]["labels"]["topology.kubernetes.io/zone"]),
        pool: text(&node["metadata"]["labels"]["worker.gardener.cloud/pool"]),
        pod_cidr: text(&node["spec"]["podCIDR"]),
        guest: Guest::Deaf,
    })
    .collect()
}
