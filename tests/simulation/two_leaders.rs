//! Two leaders: whatever the first one had sent last lands at any later point of the second one's run, and cuts no node off, meets no
//! cloud-controller-manager that it should not, and traps nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use landscape::neighbours::objects::{Kind, Objects};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::{Late, Leader, Setup, Simulation, block_on, journal, stride};

/// The longest time that one leader may take.
const HOUR: Duration = Duration::from_secs(3600);
/// A request out of every so many is tried, so that each run of the tests takes a while only; `TWO_LEADERS=1` tries all.
const VARIABLE: &str = "TWO_LEADERS";
const IPV4: &[&str] = &["IPv4"];
const BOTH: &[&str] = &["IPv4", "IPv6"];

/// What each of the leaders is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
}

impl Way {
    fn families(self) -> &'static [&'static str] {
        match self {
            Self::Forward => BOTH,
            Self::Back => IPV4,
        }
    }
}

/// The request that is held back, and what the two leaders are asked for.
#[derive(Clone, Copy, Debug)]
struct Case {
    first: Way,
    second: Way,
    /// The held request says this.
    says: &'static str,
    number: u32,
    after: u32,
}

/// Asks for `families`, as gardenlet does.
async fn want(simulation: &Simulation, families: &[&str]) {
    let gardenlet = simulation.story.gardenlet();
    gardenlet.set_families(families).await.unwrap();
    gardenlet.deploy_infrastructure().await.unwrap();
}

/// Whether the last thing that was asked for is done, with so many families.
fn has_ended(object: &Value, families: usize) -> bool {
    let status = &object["status"];
    object["metadata"]["annotations"].get("gardener.cloud/operation").is_none()
        && status["lastOperation"]["state"] == "Succeeded"
        && journal(object, "phase").is_null()
        && status["networking"]["nodes"].as_array().map(Vec::len) == Some(families)
}

/// What a watcher has seen of the point of no return.
#[derive(Default)]
struct Watched {
    passed: bool,
    broken: Vec<String>,
}

/// Looks for ever whether a cloud-controller-manager runs that makes routes, although the point of no return is recorded.
async fn watch(simulation: &Simulation) -> (JoinSet<()>, Arc<Mutex<Watched>>) {
    let watched = Arc::<Mutex<Watched>>::default();
    let (world, seen) = (simulation.world.clone(), watched.clone());
    let objects = |kind| Objects::within(&world.seed, kind, &world.shoot.name);
    let (infrastructures, pods) = (objects(Kind::Infrastructure), objects(Kind::Pod));
    let mut watcher = JoinSet::new();
    watcher.spawn(async move {
        loop {
            let object = infrastructures.get(world.shoot.object_name()).await.unwrap();
            let reported = object["status"]["state"]["data"]["dual-stack-reported"] == "true";
            if journal(&object, "phase") == "deleting" || reported {
                let pods = pods.list("").await.unwrap();
                let routing =
                    pods.iter().filter(|pod| pod.to_string().contains("--configure-cloud-routes=true"));
                let mut watched = seen.lock().unwrap();
                watched.passed = true;
                let names = routing.map(|pod| format!("{} at {}", pod["metadata"]["name"], world.time.now()));
                watched.broken.extend(names);
            }
            world.time.sleep(Duration::from_millis(400)).await;
        }
    });
    (watcher, watched)
}

impl Case {
    /// Goes through it; tells how many requests the second leader sent, or nothing if the first one had no such request.
    fn check(self, seed: u64) -> Option<u32> {
        block_on(async {
            let mut simulation = Simulation::start(&Setup::new(2, seed)).await;
            simulation.story.prepare().await.unwrap();
            let (_watcher, watched) = watch(&simulation).await;
            let late = Late::new(self.says, self.number, self.after);
            simulation.lead(Leader::First, &late);
            if self.first == Way::Back {
                simulation.add_ipv6().await;
                simulation.until("the freeze", |object| journal(object, "frozen-at").is_string()).await;
            }
            late.begin();
            want(&simulation, self.first.families()).await;
            tokio::select! {
                biased;
                () = late.struck() => {}
                _ = simulation.until("the first leader", |object| has_ended(object, self.first.families().len())) => return None,
            }
            simulation.lead(Leader::Second, &late);
            let about = |when: &str| format!("{self:?}, seed {seed}, {when}: {}", late.told());
            let end = async |families: &[&str], when: &str| {
                want(&simulation, families).await;
                let ended = async {
                    loop {
                        let object = simulation.infrastructure().await;
                        let both = families.len() == 2 || watched.lock().unwrap().passed;
                        if has_ended(&object, if both { 2 } else { 1 }) {
                            break;
                        }
                        simulation.world.time.sleep(Duration::from_secs(1)).await;
                    }
                };
                if tokio::time::timeout(HOUR, ended).await.is_err() {
                    panic!("{}: no end: {:#}", about(when), simulation.infrastructure().await["status"]);
                }
            };
            end(self.second.families(), "the second leader").await;
            let followed = late.followed();
            late.land().await;
            end(self.second.families(), "once more").await;
            if !watched.lock().unwrap().passed {
                // It is as before: the CCM works, and nobody has it left alone.
                simulation.world.time.sleep(Duration::from_secs(30)).await;
                simulation.assert_ccm_works(&about("back")).await;
            }
            end(BOTH, "forward in the end").await;
            simulation.assert_hitless(&about("in the end")).await;
            let watched = watched.lock().unwrap();
            assert!(watched.broken.is_empty(), "{}: {:?}", about("the CCM"), watched.broken);
            Some(followed)
        })
    }
}

/// Holds back every request of the first leader that `says` this, and lets each land after one of the second one's that is drawn.
fn any_later_point(first: Way, second: Way, says: &'static str, usual: u32, seed: u64) {
    let mut dice = StdRng::seed_from_u64(seed);
    let stride = stride(VARIABLE, usual);
    let (mut number, mut tried) = (dice.random_range(1..=stride), 0);
    let mut most = 30;
    loop {
        let case = Case { first, second, says, number, after: dice.random_range(0..=most) };
        let Some(followed) = case.check(seed) else { break };
        most = followed.max(1);
        number += stride;
        tried += 1;
    }
    assert!(tried > 0, "{first:?} then {second:?}: nothing was held back");
}

/// Holds back the first request that `says` this, and lets it land after each `stride`-th of the second one's.
fn every_later_point(first: Way, second: Way, says: &'static str, usual: u32, seed: u64) {
    let mut after = 0;
    loop {
        let case = Case { first, second, says, number: 1, after };
        let followed = case.check(seed).expect("such a request");
        if after > followed {
            break;
        }
        after += stride(VARIABLE, usual);
    }
}

#[test]
fn forward_and_forward() {
    any_later_point(Way::Forward, Way::Forward, "", 12, 900);
}

#[test]
fn forward_and_back() {
    any_later_point(Way::Forward, Way::Back, "", 8, 901);
}

#[test]
fn back_and_forward() {
    any_later_point(Way::Back, Way::Forward, "", 6, 902);
}

#[test]
fn back_and_back() {
    any_later_point(Way::Back, Way::Back, "", 12, 903);
}

#[test]
fn a_late_removal_of_an_alias_meets_the_deletion_of_routes() {
    every_later_point(Way::Back, Way::Forward, "updateNetworkInterface", 9, 904);
}

#[test]
fn a_late_release_meets_the_point_of_no_return() {
    every_later_point(Way::Back, Way::Forward, "resources.gardener.cloud/ignore", 9, 905);
}

#[test]
fn a_late_freeze_comes_when_all_was_taken_back() {
    every_later_point(Way::Forward, Way::Back, "resources.gardener.cloud/ignore", 9, 906);
}

#[test]
fn a_late_stop_of_the_ccm_comes_when_all_was_taken_back() {
    every_later_point(Way::Forward, Way::Back, "/scale", 9, 907);
}

#[test]
fn a_late_record_of_the_point_of_no_return_comes_on_the_way_back() {
    every_later_point(Way::Forward, Way::Back, "\"migration/phase\":\"deleting\"", 9, 908);
}
