//! Canaries and repair over real processes, with the controller killed in the middle: a guest that takes its alias is found out by one node, a
//! worker pool of which nothing is known goes back, and a node that somebody cut off gets its alias.

use std::sync::Arc;

use landscape::journey::{Cause, Journey, Options, Outcome, Quiet};
use landscape::neighbours::{Guest, Guests};
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{Line, RunDir, controller};
use landscape::setting::{Setting, SettingOptions};
use serde_json::json;
use tokio::time::timeout;

use crate::support::{SOON, SPEED, is_done, says};

/// What the log says once canaries have their aliases.
const ALIASES: &str = "have their alias ranges set";

async fn setting(name: &str, random_seed: u64) -> (Setting, RunDir) {
    let run_dir = RunDir::create(name).unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed };
    (Setting::start(&options, &run_dir).await.unwrap(), run_dir)
}

/// The outcome of a migration of six nodes that a canary ends, or the lack of one, with the controller killed at the first line of its log
/// that is `fatal`.
async fn turned_back(
    name: &str,
    random_seed: u64,
    fatal: impl Fn(&Line) -> bool,
    change: impl FnOnce(&mut Options),
) -> Outcome {
    let (setting, run_dir) = setting(name, random_seed).await;
    let world = setting.world();
    let mut story = setting.journey(&world, 6).await.unwrap();
    change(&mut story);
    let journey = Journey::new(world, story, Arc::new(Quiet));
    let mut first = controller::start(&setting.controller(), &run_dir).await.unwrap();
    let mut log = first.log();
    let killed = async {
        first.line(&mut log, "the end", SOON, fatal).await.unwrap();
        first.kill().await.unwrap();
        controller::start(&setting.controller(), &run_dir).await.unwrap()
    };
    let (outcome, _second) = tokio::join!(journey.run_back(Cause::Canary), killed);
    let outcome = outcome.unwrap();
    assert!(outcome.complaints().is_empty(), "{outcome:#?}");
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_takes_its_alias_cuts_one_node_off_and_no_other() {
    let bad = [0, 2, 4].map(|index| (index, Guest::Deaf));
    let outcome = turned_back(
        "canary-failed",
        21,
        |line| says(line, ALIASES),
        |story| {
            story.guests = Guests { of: bad.into(), ..Guests::default() };
        },
    )
    .await;
    assert_eq!((outcome.bad_guests, outcome.cut_off.len()), (3, 1), "{outcome:#?}");
    let rest = outcome.rest.unwrap();
    assert!(rest.description.contains(&outcome.cut_off[0]), "{}", rest.description);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_pool_of_which_nothing_is_known_goes_back_and_is_named() {
    let outcome = turned_back(
        "canary-unknown",
        22,
        |line| is_done(line, "M4"),
        |story| {
            story.workload.unmeasured = vec!["pool1".to_owned(), "pool2".to_owned()];
        },
    )
    .await;
    assert_eq!(outcome.cut_off, [""; 0], "{outcome:#?}");
    let rest = outcome.rest.unwrap();
    assert!(rest.description.contains("pool1") && rest.description.contains("pool2"), "{}", rest.description);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_somebody_cut_off_gets_its_alias_back() {
    let (setting, run_dir) = setting("repair", 23).await;
    let world = setting.world();
    let journey = Journey::new(world.clone(), setting.journey(&world, 3).await.unwrap(), Arc::new(Quiet));
    let mut first = controller::start(&setting.controller(), &run_dir).await.unwrap();
    let machines = journey.prepare().await.unwrap().machines;
    journey.migrate().await.unwrap();
    first.line(&mut first.log(), "M12", SOON, |line| is_done(line, "M12")).await.unwrap();
    first.kill().await.unwrap();

    let cut = &machines[1];
    let path = format!("zones/{}/instances/{}", cut.zone, cut.name);
    let nic = async || world.cloud.get(&path).await.unwrap().unwrap()["networkInterfaces"][0].clone();
    let body = json!({ "aliasIpRanges": [], "fingerprint": nic().await["fingerprint"] });
    world.cloud.patch(&format!("{path}/updateNetworkInterface?networkInterface=nic0"), body).await.unwrap();
    assert_eq!(nic().await.get("aliasIpRanges"), None);

    journey.gardenlet().deploy_infrastructure().await.unwrap();
    let mut second = controller::start(&setting.controller(), &run_dir).await.unwrap();
    second.line(&mut second.log(), "the repair", SOON, |line| says(line, &cut.name)).await.unwrap();
    second.kill().await.unwrap();
    let _third = controller::start(&setting.controller(), &run_dir).await.unwrap();
    let repaired = async {
        while nic().await["aliasIpRanges"][0]["ipCidrRange"] != cut.pod_cidr.as_str() {
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, repaired).await.expect("it gets its alias back");
}
