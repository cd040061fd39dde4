//! Hold: a cloud-controller-manager that is stopped is given back first, and room is made for the route of a node that joins meanwhile and
//! is refused one beside the pod range. Killed at any call on the way, it is held all the same, and goes on once it may.

use std::time::Duration;

use fake_gcp::settings::Verdict;
use landscape::neighbours::ccm::owned_routes;
use landscape::neighbours::machines::Machine;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::support::{CloudCall, Crash, Setup, Simulation, block_on, journal, stride};

/// A call out of every so many is tried, so that each run of the tests takes a while only; `SWEEPS=1` tries all.
const VARIABLE: &str = "SWEEPS";

/// Whether `object` says that its migration is held, and no more.
fn is_held(object: &Value) -> bool {
    let error = &object["status"]["lastError"];
    let held = error["description"].as_str().is_some_and(|text| text.contains("is held"));
    held && object["status"]["lastOperation"]["state"] == "Error" && journal(object, "phase") == "preparing"
}

/// Asserts that the migration, which is held, rests as it should: without a code, with the cloud-controller-manager at work, and without
/// any change of the cloud.
async fn assert_rests(simulation: &Simulation, what: &str) {
    let object = simulation.infrastructure().await;
    assert_eq!(object["status"]["lastError"].get("codes"), None, "{what}");
    simulation.assert_ccm_works(what).await;
    simulation.calls();
    simulation.story.gardenlet().deploy_infrastructure().await.unwrap();
    simulation.assert_hitless(what).await;
    simulation.until(&format!("{what}: the hold goes on"), is_held).await;
    let changes: Vec<CloudCall> = simulation.calls().into_iter().filter(CloudCall::is_mutation).collect();
    assert_eq!(changes, [], "{what}");
}

/// Kills at the calls of a kind, `usual` steps apart, until there is none left to kill at.
fn killed_at_calls(
    at_least: u32,
    usual: u32,
    seed: u64,
    check: fn(Crash, u64) -> bool,
    crash: impl Fn(u32) -> Crash,
) {
    let stride = stride(VARIABLE, usual);
    let mut number = StdRng::seed_from_u64(seed).random_range(1..=stride);
    while check(crash(number), seed) {
        number += stride;
    }
    assert!(number > at_least, "the last one killed at was before {number}");
}

/// Says `hold` while the cloud-controller-manager is stopped; tells whether the controller was killed on the way.
fn held_while_stopped(crash: Crash, seed: u64) -> bool {
    block_on(async {
        let what = format!("{crash:?}, seed {seed}");
        let simulation = Simulation::start(&Setup::new(2, seed)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_frozen().await;
        simulation.kill(crash);
        simulation.say(Some("hold")).await;
        simulation.until(&what, is_held).await;
        // At this very instant, as it was released first; the resource manager starts it again.
        simulation.assert_ccm_released(&what).await;
        simulation.world.time.sleep(Duration::from_secs(30)).await;
        assert_rests(&simulation, &what).await;
        let states = simulation.world.cloud.ledger().await.unwrap().states;
        assert_eq!(states.both, 2, "{what}: {states:?}");
        let killed = simulation.has_killed();
        simulation.kill(Crash::Never);
        simulation.say(None).await;
        simulation.assert_hitless_end(&what).await;
        killed
    })
}

#[test]
fn a_ccm_that_is_stopped_is_given_back_before_the_hold_is_told() {
    assert!(!held_while_stopped(Crash::Never, 960));
}

#[test]
fn a_ccm_is_given_back_for_a_hold_after_a_kill_at_any_write_to_the_seed() {
    for arrives in [false, true] {
        killed_at_calls(1, 1, 961, held_while_stopped, |number| Crash::AtCcmPatch { number, arrives });
        killed_at_calls(1, 2, 962, held_while_stopped, |number| Crash::AtStateWrite { number, arrives });
    }
}

/// Waits until `holds`, an hour at most, while gardenlet asks again and again.
async fn until_asked(simulation: &Simulation, what: &str, holds: impl AsyncFn() -> bool) {
    for second in 0..3600 {
        if holds().await {
            return;
        }
        if second % 60 == 0 {
            simulation.story.gardenlet().deploy_infrastructure().await.unwrap();
        }
        simulation.world.time.sleep(Duration::from_secs(1)).await;
    }
    let (subnet, status) =
        (simulation.nodes_subnet().await, simulation.infrastructure().await["status"].clone());
    panic!("{what}: {subnet:#}, {status:#}");
}

/// Whether the nodes subnet has neither a range for pods nor lost its flag.
async fn is_without_range(simulation: &Simulation) -> bool {
    let subnet = simulation.nodes_subnet().await;
    let mut ranges = subnet["secondaryIpRanges"].as_array().into_iter().flatten();
    let has_range = ranges.any(|range| range["rangeName"] == "ipv4-pod-cidr");
    !has_range && subnet["allowSubnetCidrRoutesOverlap"] == json!(true)
}

/// A node joins a migration that is held with aliases and routes, and is refused its route; tells whether the controller was killed on the
/// way to where it has one.
fn room_is_made(crash: Crash, seed: u64) -> bool {
    block_on(async {
        let what = format!("{crash:?}, seed {seed}");
        let mut setup = Setup::new(2, seed);
        setup.cloud.switches.route_inside_flagged_range = Verdict::Refuse;
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        let settles = |object: &Value| {
            journal(object, "settled-from").as_str().is_some_and(|text| text.starts_with("M6"))
        };
        simulation.until("M6", settles).await;
        simulation.say(Some("hold")).await;
        simulation.until("the hold", is_held).await;
        let machines = simulation.story.machines();
        let joined = machines.machine(2).unwrap();
        let begun = simulation.world.time.now();
        simulation.kill(crash);
        let joined: Machine = machines.join(&joined).await.unwrap();

        let routed = async || {
            let routes = owned_routes(&simulation.world.cloud, &simulation.world.shoot).await.unwrap();
            let there = routes.iter().any(|route| route["destRange"] == joined.pod_cidr.as_str());
            there && is_without_range(&simulation).await && is_held(&simulation.infrastructure().await)
        };
        until_asked(&simulation, &what, routed).await;
        let waited = simulation.world.time.now().duration_since(begun).as_secs();
        assert!(waited > 180, "{what}: it was given three minutes first, not {waited} s");
        assert!(is_without_range(&simulation).await, "{what}");
        for number in 0..3 {
            let machine = machines.machine(number).unwrap();
            let aliases = simulation.aliases(&machine).await;
            assert!(!aliases.contains(&machine.pod_cidr), "{what}: {} {aliases:?}", machine.name);
        }
        let killed = simulation.has_killed();
        simulation.kill(Crash::Never);
        assert_rests(&simulation, &what).await;
        let states = simulation.world.cloud.ledger().await.unwrap().states;
        assert_eq!(states.route, 2, "{what}: {states:?}");
        simulation.say(None).await;
        simulation.assert_hitless_end(&what).await;
        for number in 0..3 {
            let machine = machines.machine(number).unwrap();
            let aliases = simulation.aliases(&machine).await;
            assert!(aliases.contains(&machine.pod_cidr), "{what}: {} {aliases:?}", machine.name);
        }
        killed
    })
}

#[test]
fn room_is_made_for_a_route_that_is_refused_while_the_migration_is_held() {
    assert!(!room_is_made(Crash::Never, 963));
}

#[test]
fn room_is_made_after_a_kill_at_any_change() {
    for (seed, arrives) in [(964, false), (965, true)] {
        killed_at_calls(2, 2, seed, room_is_made, |number| Crash::AtMutation { number, arrives });
    }
}

#[test]
fn room_is_made_after_a_kill_at_any_write_of_the_state() {
    for (seed, arrives) in [(966, false), (967, true)] {
        killed_at_calls(3, 4, seed, room_is_made, |number| Crash::AtStateWrite { number, arrives });
    }
}
