//! Worlds drawn at random, through the whole simulation: the real controller goes through them, forward and back, among its neighbours and
//! against the fake cloud, and a judge who reads only what is left in cloud, ledger, status and log says whether each came to a good end.
//!
//! `make worlds WHOLE=1 SEEDS=5000` goes through many. A world that fails is drawn again with fewer features as long as it fails in the same
//! way, and one line says how to see it.

mod beside;
#[path = "../../../../planner/tests/worlds/draw.rs"]
mod draw;
mod ends;
mod event;
mod judge;
mod nodes;
mod obstacle;
mod promise;
mod reference;
mod scenario;
#[path = "../../../../planner/tests/worlds/search.rs"]
mod search;
mod stage;
mod trouble;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use landscape::neighbours::objects::{Kind, Objects};
use serde_json::Value;

use super::life::{Life, Setup};
use crate::support::{Crash, block_on};
use draw::Draw;
use ends::Way;
use event::Event;
use judge::{Excuses, Facts};
use nodes::Nodes;
use obstacle::Obstacle;
use scenario::Scenario;
use search::{Failure, Went, failed, search};
use stage::{Ended, Stage};
use trouble::Trouble;

/// The seeds of an ordinary test run.
const SEEDS: u64 = 40;
/// The time in which all that happens in a world is over.
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// The nodes of each shoot beside it.
const NODES_BESIDE: u32 = 2;
/// Longer than any host takes to know of a change.
const SETTLED: Duration = Duration::from_secs(60);
/// The longest time for which two shoots are let go on beside each other.
const BOTH: Duration = Duration::from_secs(3600);
/// The longest time, in seconds, for which a canary may be cut off where nothing else happens: until that shows, until its route was seen to
/// stand for a settle time, and until its alias is gone everywhere.
const LONGEST_GAP: f64 = 300.0;
/// The operations in which a world comes to rest once nothing happens any more.
const OPERATIONS: usize = 4;

/// A world: the shoot that things happen to, and what the judge compares with.
struct World {
    stage: Stage,
    /// The shoots beside it, and whether each becomes dual-stack too.
    beside: Vec<(Stage, bool)>,
    trouble: Trouble,
    cloud: fake_gcp::Settings,
    /// What stands in the way.
    obstacles: RefCell<Vec<Obstacle>>,
    /// How the names begin of what hands have taken away.
    removed: Cell<&'static [&'static str]>,
    /// What the project held when all was well, and when the shoot was asked to become dual-stack.
    clean: Value,
    /// How the overlap flag stood before anything was begun; none: nobody can know.
    flag: Cell<Option<bool>>,
    /// Whether the flag may stay on, because somebody forbade to put it back.
    flag_may_stay: Cell<bool>,
    internal: bool,
    own_vpc: bool,
    /// The ranges that Nodes had before, and until when.
    former: RefCell<Vec<(String, String, Timestamp)>>,
    /// Whether guests may cut nodes off that nobody measures, as somebody said to go on without, another controller has begun, or
    /// the shoot was moved to a seed where there is nobody to ask yet.
    unwatched: Cell<bool>,
    /// The worker pools that had nodes in the beginning.
    pools: RefCell<BTreeSet<String>>,
    /// The subnet that had IPv6 while the Shoot asked for none.
    ipv6_before: Option<String>,
    /// Whether nothing happens by chance.
    quiet: bool,
    /// Whether the error with which it rests names the way back.
    offers_back: Cell<bool>,
}

impl World {
    async fn ledger(&self) -> Value {
        self.stage.life().cloud.told("ledger").await
    }

    /// The names of all shoots.
    fn names(&self) -> Vec<String> {
        let beside = self.beside.iter().map(|(stage, _)| stage.name());
        std::iter::once(self.stage.name()).chain(beside).collect()
    }

    async fn facts(&self, stage: &Stage) -> Facts {
        let nodes = stage.node_objects().list("").await.unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let first = stage.name() == self.stage.name();
        let others = self.names().into_iter().filter(|name| *name != stage.name());
        Facts {
            name: stage.name(),
            others: others.collect(),
            removed: if self.removed.get().is_empty() { Vec::new() } else { self.words() },
            pods: stage.world().shoot.pods,
            internal: first && self.internal,
            own_vpc: first && self.own_vpc,
            flag: if first { self.flag.get() } else { Some(false) }
                .filter(|before| *before || !self.flag_may_stay.get()),
            takes_ipv6_back: self.cloud.switches.back_to_ipv4_only == fake_gcp::settings::Verdict::Accept,
            ipv6_before: self.ipv6_before.clone().filter(|_| first),
            nodes: nodes
                .iter()
                .map(|node| (text(&node["metadata"]["name"]), text(&node["spec"]["podCIDR"])))
                .collect(),
            former: self.former.borrow().iter().map(|(vm, range, _)| (vm.clone(), range.clone())).collect(),
            watched: stage.machines.borrow().iter().map(|machine| machine.name.clone()).collect(),
        }
    }

    /// From now on `what` is refused, in the way with this number.
    fn forbid(&self, what: &'static str, how: usize) {
        self.flag_may_stay.set(self.flag_may_stay.get() || what == "flag off");
        self.trouble.forbid(what, how);
    }

    /// What holds at every instant: no gap, and nothing of others is changed.
    async fn judge_all(&self) -> Result<(), Failure> {
        tokio::time::sleep(SETTLED).await;
        let log = self.stage.life().cloud.told("requests?entries=true").await;
        let excuses = Excuses {
            former: self.former.borrow().clone(),
            canaries: (!self.unwatched.get()).then(|| self.trouble.canaries()),
            pools: self.pools.borrow().clone(),
            longest: self.quiet.then_some(LONGEST_GAP),
            kept: self.trouble.forbids_this("alias off") || self.is_going(),
        };
        judge::no_gap(&self.ledger().await, log["entries"].as_array().map_or(&[], Vec::as_slice), &excuses)?;
        let names = self.names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        judge::foreign(&self.clean, &self.stage.life().dump(), &names, self.removed.get())
    }

    /// The words by which an error may name the way out, as things stand.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> =
            self.obstacles.borrow().iter().flat_map(|obstacle| obstacle.words.clone()).collect();
        let (shoot, infrastructure) = self.said();
        let held = [&shoot, &infrastructure].into_iter().any(|words| words.contains("hold"));
        let state = self.stage.status()["state"]["data"].clone();
        let refused = !state["migration/refused"].is_null() || !state["migration/canary-failed"].is_null();
        let open = self.is_back_open();
        let ways = [
            ("[IPv4]", open),
            ("undo", open),
            ("[IPv4, IPv6]", !open),
            ("[IPv4,IPv6]", !open),
            ("hold", held),
            ("try-again", refused),
            ("is being deleted", self.is_going()),
        ];
        words.extend(ways.into_iter().filter(|(_, fits)| *fits).map(|(word, _)| word.to_owned()));
        if self.trouble.forbids() {
            words.extend(["forbidden", "FORBIDDEN"].map(str::to_owned));
        }
        words
    }
}

/// Goes through the world of `draw`.
fn go_through(draw: &mut Draw, traced: bool) -> Went {
    let log = traced.then(Rc::<RefCell<Vec<String>>>::default);
    let done = block_on(async {
        tokio::time::timeout(LONGEST, Box::pin(attempt(draw, log.clone())))
            .await
            .unwrap_or_else(|_| failed("endless", "no end within six hours"))
    });
    (log.map(|log| log.take()).unwrap_or_default(), done)
}

async fn attempt(draw: &mut Draw, log: Option<Rc<RefCell<Vec<String>>>>) -> Result<String, Failure> {
    let seed = draw.random("google").number();
    let mut scenario = scenario::draw(draw, seed);
    let setup = Setup { cloud: scenario.cloud.clone(), service_accounts: false, crash: Crash::Never };
    let life = Rc::new(Life::new(&setup).await);
    let (manners, kind) = (scenario.manners, scenario.kind.clone());
    let stage = Stage::new(&life, scenario.shoot.clone(), manners, kind, seed, log.clone());
    let seeds = seed + 1..;
    let beside: Vec<(Stage, bool)> = scenario
        .beside
        .iter()
        .zip(seeds)
        .map(|(beside, seed)| {
            let stage = Stage::new(&life, beside.shoot.clone(), manners, Nodes::default(), seed, log.clone());
            (stage, beside.becomes_dual)
        })
        .collect();
    let all_beside = beside.iter().map(|(stage, _)| (stage, NODES_BESIDE));
    for (stage, nodes) in std::iter::once((&stage, scenario.nodes)).chain(all_beside) {
        life.create(&stage.shoot());
        if scenario.creation && stage.name() == scenario.shoot.name {
            continue;
        }
        let ended = stage.deploy().await;
        if ended != Ended::Well {
            return failed("not made", format!("{ended:?}"));
        }
        stage.join(nodes).await;
    }
    let beside_nodes = NODES_BESIDE * u32::try_from(beside.len()).unwrap();
    stage.until_routed(u64::from(scenario.nodes + beside_nodes)).await;
    let trouble = Trouble::new(draw.random("trouble"), 0, stage.progress.clone());
    let mut world = World {
        trouble,
        cloud: scenario.cloud.clone(),
        obstacles: RefCell::default(),
        removed: Cell::new(&[]),
        clean: Value::Null,
        flag: Cell::new(Some(false)),
        flag_may_stay: Cell::new(false),
        internal: scenario.shoot.networks.get("internal").is_some(),
        own_vpc: scenario.shoot.networks.get("vpc").is_none(),
        former: RefCell::default(),
        // Where the reference has begun, whoever it cut off gets an alias at once.
        unwatched: Cell::new(scenario.reference.is_some()),
        pools: RefCell::default(),
        quiet: scenario.script.is_empty() && scenario.trouble == 0 && scenario.forbidden.is_empty(),
        ipv6_before: None,
        offers_back: Cell::new(false),
        stage,
        beside,
    };
    let machines = world.stage.machines.borrow().clone();
    world.pools.borrow_mut().extend(machines.iter().map(|machine| judge::pool(&machine.name)));
    world.clean = if scenario.creation { twin(&setup, &scenario).await } else { Value::Null };
    let obstacles = obstacle::put(draw, &world.stage, !scenario.creation).await;
    *world.obstacles.borrow_mut() = obstacles;
    if !scenario.creation {
        nodes::put(draw, &world).await;
        // What others make of it is there.
        tokio::time::sleep(SETTLED).await;
        world.clean = life.dump();
    }
    world.ipv6_before = ipv6_before(&world);
    world.flag.set(flag(&world, &world.clean));
    if let Some(reached) = scenario.reference {
        reference::interrupt(&world.stage, reached).await;
        // Every host knows what it did, or what follows would be taken for the reason.
        tokio::time::sleep(SETTLED).await;
    }
    let promised = world.promise(&scenario).await?;
    world.trouble = Trouble::new(draw.random("trouble"), scenario.trouble, world.stage.progress.clone());
    for (what, how) in &scenario.forbidden {
        world.forbid(what, *how);
    }
    world.trouble.install(&life);
    let before = life.dump();
    // Routes of others and a permission that is missing keep it on, too.
    let named =
        |word: &str| world.obstacles.borrow().iter().any(|it| it.words.iter().any(|it| it.contains(word)));
    if named("obstacle-route") || named("subnetworks.update") {
        world.flag_may_stay.set(true);
    }
    let happens = |what: &[Event]| scenario.script.iter().all(|(.., event)| what.contains(event));
    // Whoever dies now and then, and is answered badly now and then, comes to the same end.
    let steady = happens(&[Event::Crash, Event::Restart]) && scenario.forbidden.is_empty();
    let goes_away = scenario.script.iter().any(|(.., event)| *event == Event::Away);
    // What happens is much larger than all around it, which need not be as large on every stack.
    Box::pin(world.play(&mut scenario)).await;
    if goes_away {
        let end = Box::pin(world.lead(Way::Away)).await?;
        return Ok(format!("in the middle, {end}"));
    }
    let rest = Box::pin(world.rest()).await;
    world.judge_all().await?;
    world.judge_rest(&rest, promised.filter(|_| steady), &before).await?;
    let end = Box::pin(world.lead(scenario.way)).await?;
    let rested = match rest {
        Ended::Well if world.stage.reports_both() => "carried to the end",
        Ended::Well => "well",
        Ended::Badly(_) => "at rest",
    };
    Ok(format!("{rested}, {end}"))
}

/// What the project holds around a shoot that was created with IPv4 alone, where all else is the same.
async fn twin(setup: &Setup, scenario: &Scenario) -> Value {
    let life = Rc::new(Life::new(setup).await);
    let stage = Stage::new(&life, scenario.shoot.clone(), scenario.manners, Nodes::default(), 0, None);
    life.create(&stage.shoot());
    let _ = stage.deploy().await;
    life.dump()
}

/// The name of a subnet that has IPv6 although nobody has asked for it yet.
fn ipv6_before(world: &World) -> Option<String> {
    let name = world.stage.name();
    let of_ours = ["nodes", "internal"].map(|purpose| format!("{name}-{purpose}"));
    let has_ipv6 = |name: &str| {
        let subnets = world.clean["subnetworks"].as_array();
        subnets.is_some_and(|all| all.iter().any(|it| it["name"] == *name && it["stackType"] == "IPV4_IPV6"))
    };
    of_ours.into_iter().find(|name| has_ipv6(name))
}

/// How the overlap flag of the nodes subnet stands in a dump.
fn flag(world: &World, dump: &Value) -> Option<bool> {
    let name = world.stage.world().shoot.nodes_subnet();
    let subnet = dump["subnetworks"].as_array()?.iter().find(|subnet| subnet["name"] == *name);
    Some(subnet.is_some_and(|subnet| subnet["allowSubnetCidrRoutesOverlap"] == true))
}

impl World {
    /// Lets happen what is to happen while gardenlet and the controller are at work.
    async fn play(&self, scenario: &mut Scenario) {
        let script = std::mem::take(&mut scenario.script);
        let events = async {
            for (changes, later, event) in script {
                self.until(changes).await;
                tokio::time::sleep(later).await;
                self.happen(event, &mut scenario.random).await;
                if event == Event::Away {
                    return;
                }
            }
            if !self.beside.is_empty() {
                // What is refused to one of them is tried for ever.
                let _ = tokio::time::timeout(BOTH, self.until(u32::MAX)).await;
            }
        };
        let beside = async {
            futures::future::join_all(self.beside.iter().map(|(stage, _)| stage.gardenlet())).await;
            std::future::pending().await
        };
        tokio::select! {
            () = events => {}
            () = self.stage.gardenlet() => {}
            () = beside => {}
        }
        drop(self.stage.turn.try_lock());
        self.stage.life().restart();
        tokio::time::sleep(Duration::from_secs(20)).await;
    }

    /// Where the world comes to rest, once nothing happens any more.
    async fn rest(&self) -> Ended {
        self.stage.note(|| "--- nothing happens any more".to_owned());
        self.trouble.calm();
        self.stage.life().kill(Crash::Never);
        let mut last = Ended::Well;
        for number in 0..OPERATIONS {
            last = self.stage.deploy().await;
            if last == Ended::Well && number > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        last
    }
}

impl Stage {
    /// The shoot's Nodes.
    fn node_objects(&self) -> Objects {
        Objects::cluster_wide(&self.world().shoot_api, Kind::Node)
    }
}

#[test]
fn every_world_comes_to_a_good_end() {
    search("WHOLE=1 ", SEEDS, go_through);
}
