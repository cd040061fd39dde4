//! Canaries and repair over real processes, with the controller killed in the middle: a good canary is measured anew, a guest that takes
//! its alias is found out by one node, a worker pool of which nothing is known goes back, and nodes that another controller cut off get
//! their aliases.

use std::sync::Arc;
use std::time::Duration;

use landscape::cloud::fake::States;
use landscape::migration::{Cause, Options, Outcome, Quiet, Story};
use landscape::neighbours::machines::Machine;
use landscape::neighbours::objects::{Kind, Objects};
use landscape::neighbours::{Guest, Guests, World, ccm};
use landscape::processes::fake_gcp::Latency;
use landscape::processes::{Child, Line, RunDir, controller};
use landscape::setting::{Setting, SettingOptions};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{SOON, SPEED, is_done, says};

/// What Gardener calls the control plane's chart, and the Deployment in it.
const MANAGED_RESOURCE: &str = "extension-controlplane-seed";
const CCM: &str = "cloud-controller-manager";
/// What the log says once canaries have their aliases.
const ALIASES: &str = "have their alias ranges set";

async fn setting(name: &str, random_seed: u64) -> (Setting, RunDir) {
    let run_dir = RunDir::create(name).unwrap();
    let options = SettingOptions { speed: SPEED, latency: Latency::None, random_seed };
    (Setting::start(&options, &run_dir).await.unwrap(), run_dir)
}

/// A controller, killed at the first line of its log that is `fatal`, and the one that takes over.
async fn killed(setting: &Setting, run_dir: &RunDir, fatal: impl Fn(&Line) -> bool) -> Child {
    let mut first = controller::start(&setting.controller(), run_dir).await.unwrap();
    let mut log = first.log();
    first.line(&mut log, "the end", SOON, fatal).await.unwrap();
    first.kill().await.unwrap();
    controller::start(&setting.controller(), run_dir).await.unwrap()
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
    let mut wishes = setting.migration(&world, 6).await.unwrap();
    change(&mut wishes);
    let story = Story::new(world, wishes, Arc::new(Quiet));
    let (outcome, _second) = tokio::join!(story.run_back(Cause::Canary), killed(&setting, &run_dir, fatal));
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
        |wishes| {
            wishes.guests = Guests { of: bad.into(), ..Guests::default() };
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
        |wishes| {
            wishes.workload.unmeasured = vec!["pool1".to_owned(), "pool2".to_owned()];
        },
    )
    .await;
    assert_eq!(outcome.cut_off, [""; 0], "{outcome:#?}");
    let rest = outcome.rest.unwrap();
    assert!(rest.description.contains("pool1") && rest.description.contains("pool2"), "{}", rest.description);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_canary_is_measured_anew_by_whoever_takes_over() {
    let (setting, run_dir) = setting("canary-proven", 24).await;
    let world = setting.world();
    let story = Story::new(world.clone(), setting.migration(&world, 4).await.unwrap(), Arc::new(Quiet));
    let (outcome, _second) =
        tokio::join!(story.run(), killed(&setting, &run_dir, |line| says(line, ALIASES)));
    let outcome = outcome.unwrap();
    assert!(outcome.complaints().is_empty(), "{outcome:#?}");
    let verdicts: Vec<Option<&str>> =
        outcome.canaries.iter().map(|canary| canary.verdict.as_deref()).collect();
    assert_eq!(verdicts, [Some("proven"); 2], "{:#?}", outcome.canaries);
}

/// What another controller's migration leaves that ends between its last deletion of a route and its first alias: the range is there, the
/// cloud-controller-manager is stopped, and nodes have neither route nor alias.
async fn interrupted(world: &World, machines: &[Machine], journal: bool) {
    let entry = |machine: &Machine| json!({ "instanceName": machine.name, "destinationCIDR": machine.pod_cidr, "zone": machine.zone });
    let routes = if journal { machines.iter().map(entry).collect() } else { Value::Null };
    let objects = |kind| Objects::within(&world.seed, kind, &world.shoot.name);
    let state = json!({ "status": { "state": { "routes": routes } } });
    objects(Kind::Infrastructure).merge_status(world.shoot.object_name(), &state).await.unwrap();
    let ignored = json!({ "metadata": { "annotations": {
        "resources.gardener.cloud/ignore": "true", "gcp.provider.extensions.gardener.cloud/remove-ignore": "true",
    } } });
    objects(Kind::ManagedResource).merge(MANAGED_RESOURCE, &ignored).await.unwrap();
    let (deployments, pods) = (objects(Kind::Deployment), objects(Kind::Pod));
    let stopped = async {
        // A resource manager that has not seen the annotations yet takes it back.
        deployments.merge(CCM, &json!({ "spec": { "replicas": 0 } })).await.unwrap();
        while !pods.list("role=cloud-controller-manager").await.unwrap().is_empty() {
            world.time.sleep(Duration::from_secs(1)).await;
            deployments.merge(CCM, &json!({ "spec": { "replicas": 0 } })).await.unwrap();
        }
    };
    timeout(SOON, stopped).await.expect("the cloud-controller-manager stops");
    for route in ccm::owned_routes(&world.cloud, &world.shoot).await.unwrap() {
        world.cloud.delete(&format!("global/routes/{}", route["name"].as_str().unwrap())).await.unwrap();
    }
    let subnet = world.shoot.nodes_subnet_path();
    let read = async || world.cloud.get(&subnet).await.unwrap().unwrap();
    let mut ranges = read().await["secondaryIpRanges"].as_array().cloned().unwrap_or_default();
    ranges.push(json!({ "rangeName": "ipv4-pod-cidr", "ipCidrRange": world.shoot.pods }));
    for mut change in [
        json!({ "secondaryIpRanges": ranges }),
        json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL" }),
    ] {
        change["fingerprint"] = read().await["fingerprint"].clone();
        world.cloud.patch(&subnet, change).await.unwrap();
    }
    until_served(world, |states| states.none == machines.len() as u64).await;
}

/// Waits until the data plane serves the nodes like this.
async fn until_served(world: &World, holds: impl Fn(&States) -> bool) {
    let served = async {
        while !holds(&world.cloud.ledger().await.unwrap().states) {
            world.time.sleep(Duration::from_secs(1)).await;
        }
    };
    timeout(SOON, served).await.expect("the nodes are served otherwise");
}

/// Another controller's migration is interrupted, and this one is killed once it has written down what it sees.
async fn taken_over(name: &str, random_seed: u64, journal: bool) {
    let (setting, run_dir) = setting(name, random_seed).await;
    let world = setting.world();
    let story = Story::new(world.clone(), setting.migration(&world, 3).await.unwrap(), Arc::new(Quiet));
    let mut first = controller::start(&setting.controller(), &run_dir).await.unwrap();
    let machines = story.prepare().await.unwrap().machines;
    first.kill().await.unwrap();
    interrupted(&world, &machines, journal).await;
    let (migration, _third) =
        tokio::join!(story.migrate(), killed(&setting, &run_dir, |line| is_done(line, "M2")));
    migration.unwrap();
    until_served(&world, |states| states.alias == 3).await;
    let ledger = world.cloud.ledger().await.unwrap();
    assert_eq!((ledger.states.none, ledger.watched), (0, 3), "{ledger:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_another_controller_cut_off_and_listed_are_reached_again() {
    taken_over("taken-over", 25, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_another_controller_cut_off_and_forgot_are_reached_again() {
    taken_over("forgotten", 26, false).await;
}

/// As another controller leaves it that began anew after it was killed: both families are reported, and no list says whose which range was.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_were_cut_off_before_all_was_reported_get_their_aliases_back() {
    let (setting, run_dir) = setting("repair", 23).await;
    let world = setting.world();
    let story = Story::new(world.clone(), setting.migration(&world, 3).await.unwrap(), Arc::new(Quiet));
    let mut first = controller::start(&setting.controller(), &run_dir).await.unwrap();
    let machines = story.prepare().await.unwrap().machines;
    story.migrate().await.unwrap();
    first.line(&mut first.log(), "M12", SOON, |line| is_done(line, "M12")).await.unwrap();
    first.kill().await.unwrap();
    story.conclude().await.unwrap();

    for cut in &machines {
        let path = format!("zones/{}/instances/{}", cut.zone, cut.name);
        let nic = world.cloud.get(&path).await.unwrap().unwrap()["networkInterfaces"][0].clone();
        let body = json!({ "aliasIpRanges": [], "fingerprint": nic["fingerprint"] });
        world
            .cloud
            .patch(&format!("{path}/updateNetworkInterface?networkInterface=nic0"), body)
            .await
            .unwrap();
    }
    until_served(&world, |states| states.none == 3).await;
    let ours = json!({ "status": { "state": { "data": { "dual-stack-reported": null } } } });
    let infrastructures = Objects::within(&world.seed, Kind::Infrastructure, &world.shoot.name);
    infrastructures.merge_status(world.shoot.object_name(), &ours).await.unwrap();

    story.gardenlet().deploy_infrastructure().await.unwrap();
    let _third = killed(&setting, &run_dir, |line| says(line, &machines[1].name)).await;
    until_served(&world, |states| states.alias == 3).await;
}
