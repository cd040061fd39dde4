//! Taken back from where the cloud-controller-manager is stopped: the controller is killed at each call by which it changes anything, and
//! after each step of the way back. Everything is as before, and no node is cut off.

use landscape::cloud::dump::differences;
use planner::vocabulary::Milestone;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::support::{Crash, Setup, Simulation, block_on, journal, stride};

/// A call out of every so many is tried, so that each run of the tests takes a while only; `SWEEPS=1` tries all.
const VARIABLE: &str = "SWEEPS";

/// How the migration is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// The Shoot says `[IPv4]`.
    ByShoot,
    /// The operator says `undo`.
    ByWord,
}

const BOTH: [Taken; 2] = [Taken::ByShoot, Taken::ByWord];

impl Taken {
    async fn begin(self, simulation: &Simulation) {
        match self {
            Self::ByShoot => {
                let gardenlet = simulation.story.gardenlet();
                gardenlet.set_families(&["IPv4"]).await.unwrap();
                gardenlet.deploy_infrastructure().await.unwrap();
            }
            Self::ByWord => simulation.say(Some("undo")).await,
        }
    }

    /// Whether `object` says that it is done.
    fn is_told(self, object: &Value) -> bool {
        let status = &object["status"];
        let told = match self {
            Self::ByShoot => status["lastOperation"]["state"] == "Succeeded",
            Self::ByWord => {
                let text = status["lastError"]["description"].as_str().unwrap_or_default();
                text.contains("was taken back")
            }
        };
        let asked = object["metadata"]["annotations"].get("gardener.cloud/operation").is_some();
        told && !asked && journal(object, "phase").is_null()
    }
}

/// Takes a migration back once the cloud-controller-manager has stopped for it; tells whether the controller was killed on the way.
fn check(taken: Taken, crash: Crash, seed: u64) -> bool {
    block_on(async {
        let what = format!("{taken:?}, {crash:?}, seed {seed}");
        let simulation = Simulation::start(&Setup::new(2, seed)).await;
        simulation.story.prepare().await.unwrap();
        let before = simulation.world.cloud.resources().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_frozen().await;
        simulation.kill(crash);
        taken.begin(&simulation).await;
        simulation.until(&what, |object| taken.is_told(object)).await;
        // Longer than it takes to start the controller again after its last write, and than the resource manager's next round.
        simulation.assert_hitless(&what).await;
        simulation.assert_ccm_works(&what).await;
        let object = simulation.infrastructure().await;
        assert!(taken.is_told(&object), "{what}: {object:#}");
        assert_eq!(object["status"]["networking"]["nodes"].as_array().map(Vec::len), Some(1), "{what}");
        assert_eq!(object["status"]["state"].get("routes"), None, "{what}");
        let differences = differences(&before, &simulation.world.cloud.resources().await.unwrap());
        assert!(differences.is_empty(), "{what}: {differences:#?}");
        let states = simulation.world.cloud.ledger().await.unwrap().states;
        assert_eq!((states.route, states.none), (2, 0), "{what}");
        simulation.has_killed()
    })
}

/// Kills at the calls of a kind, `usual` steps apart, until there is none left to kill at.
fn killed_at_calls(at_least: u32, usual: u32, seed: u64, crash: impl Fn(u32) -> Crash) {
    let (mut dice, stride) = (StdRng::seed_from_u64(seed), stride(VARIABLE, usual));
    for taken in BOTH {
        let mut number = dice.random_range(1..=stride);
        while check(taken, crash(number), seed) {
            number += stride;
        }
        assert!(number > at_least, "{taken:?}: the last one killed at was before {number}");
    }
}

#[test]
fn before_a_mutation_arrives() {
    killed_at_calls(6, 8, 950, |number| Crash::AtMutation { number, arrives: false });
}

#[test]
fn before_the_answer_to_a_mutation() {
    killed_at_calls(6, 8, 951, |number| Crash::AtMutation { number, arrives: true });
}

#[test]
fn before_a_write_of_the_state_arrives() {
    killed_at_calls(4, 7, 952, |number| Crash::AtStateWrite { number, arrives: false });
}

#[test]
fn before_the_answer_to_a_write_of_the_state() {
    killed_at_calls(4, 7, 953, |number| Crash::AtStateWrite { number, arrives: true });
}

#[test]
fn before_a_patch_by_which_the_ccm_is_released_arrives() {
    killed_at_calls(1, 1, 954, |number| Crash::AtCcmPatch { number, arrives: false });
}

#[test]
fn before_the_answer_to_a_patch_by_which_the_ccm_is_released() {
    killed_at_calls(1, 1, 955, |number| Crash::AtCcmPatch { number, arrives: true });
}

#[test]
fn after_each_step_of_the_way_back() {
    let both = stride(VARIABLE, 2) == 1;
    for (number, step) in Milestone::BACK.into_iter().enumerate() {
        let one = [BOTH[number % 2]];
        for taken in if both { &BOTH[..] } else { &one[..] } {
            assert!(check(*taken, Crash::After(step), 956), "it was to be killed after {step}, {taken:?}");
        }
    }
}
