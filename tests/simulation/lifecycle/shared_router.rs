//! Two shoots in one VPC and on one router of the user, at the same time: neither ever touches what is the other's.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_gcp::settings::Latency;
use gardener_extension_infra_gcp::extension::Requeue;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::documents::{REGION, Shoot, assert_same, regional, resource};
use super::life::{Life, PROJECT, Setup};
use super::migrating::{Vm, add_route};
use crate::support::{CloudFate, block_on};

/// Their names begin alike, as do those of all that is theirs.
const NAMES: [&str; 2] = ["shoot--p--a", "shoot--p--a1"];

/// Every third time they are dual-stack, and have rules for IPv6 too.
fn shoot(index: u8, seed: u64) -> Shoot {
    let workers = format!("10.{}.0.0/20", 100 + index);
    let mut shoot = Shoot::in_user_vpc();
    shoot.name = NAMES[usize::from(index)].to_owned();
    shoot.ranges = json!({
        "nodes": format!("10.{}.0.0/16", 100 + index), "pods": format!("10.{}.0.0/16", 110 + index),
        "services": format!("10.{}.0.0/16", 120 + index),
    });
    if seed.is_multiple_of(3) {
        shoot.families = Shoot::dual_stack().families;
    }
    shoot.networks["workers"] = json!(workers);
    shoot.networks["cloudNAT"]["natIPNames"] = json!([{ "name": format!("egress-{}", index + 1) }]);
    shoot
}

/// Whose a thing is, by its exact name.
fn owner(name: &str) -> Option<&'static str> {
    let parts = [
        "",
        "-nodes",
        "-internal",
        "-services",
        "-cloud-nat",
        "-allow-internal-access",
        "-allow-health-checks",
        "-allow-internal-access-ipv6",
        "-allow-health-checks-ipv6",
    ];
    NAMES.into_iter().find(|shoot| {
        let is_route = name.strip_prefix(&format!("{shoot}-")).is_some_and(|rest| rest.starts_with(ROUTE));
        is_route || name == rule_of(shoot) || parts.iter().any(|part| format!("{shoot}{part}") == name)
    })
}

/// How the rest of the name of a route begins that the cloud-controller-manager makes.
const ROUTE: &str = "0a1b2c3d-";

/// A rule as it makes one for a load balancer.
fn rule_of(shoot: &str) -> String {
    format!("k8s-fw-{shoot}")
}

/// What the cluster leaves behind in the VPC: its VM is gone, and with it nobody who would take the rest away.
async fn leave_behind(life: &Life, shoot: &Shoot) -> Vec<String> {
    let rule = json!({
        "name": rule_of(&shoot.name), "network": "projects/my-project/global/networks/corp-vpc",
        "targetTags": [shoot.name], "sourceRanges": ["0.0.0.0/0"], "allowed": [{ "IPProtocol": "tcp" }],
    });
    life.hands().insert("global/firewalls", rule).await.unwrap();
    let mut left = vec![format!("global/firewalls/{}", rule_of(&shoot.name))];
    if shoot.families.len() == 1 {
        let pods = shoot.ranges["pods"].as_str().unwrap().replace("/16", "/24");
        let vm = Vm { name: format!("{}-w", shoot.name), zone: format!("{REGION}-b"), pods };
        let body = json!({
            "name": vm.name, "canIpForward": true, "tags": { "items": [shoot.name] },
            "networkInterfaces": [{ "subnetwork": regional(&format!("subnetworks/{}-nodes", shoot.name)) }],
        });
        life.hands().insert(&format!("zones/{}/instances", vm.zone), body).await.unwrap();
        left.push(format!("global/routes/{}", add_route(life.hands(), "corp-vpc", &shoot.name, &vm).await));
        life.hands().delete(&format!("zones/{}/instances/{}", vm.zone, vm.name)).await.unwrap();
    }
    left
}

/// What a call does to things of others, if it does: it may name what is one shoot's, or change one entry of the router's NATs.
fn offence(label: &str, body: &Value, before: impl Fn() -> Value) -> Option<String> {
    if label.starts_with("GET ") {
        return None;
    }
    if label != "PATCH routers/corp-router" {
        let name = label.split('/').nth(1).unwrap_or_else(|| body["name"].as_str().unwrap_or_default());
        return owner(name).is_none().then(|| format!("{label}: {name} is none of theirs"));
    }
    let before = before();
    let router = resource(&before, "routers", "corp-router").unwrap();
    let entries = |nats: &Value| nats.as_array().cloned().unwrap_or_default();
    let (present, sent) = (entries(&router["nats"]), entries(&body["nats"]));
    let name = |nat: &Value| nat["name"].as_str().unwrap().to_owned();
    let lost = present.iter().filter(|nat| !sent.contains(nat)).map(name);
    let new = sent.iter().filter(|nat| !present.contains(nat)).map(name);
    let mut touched: Vec<String> = lost.chain(new).collect();
    touched.sort();
    touched.dedup();
    let fine = touched.len() <= 1 && touched.iter().all(|name| owner(name).is_some());
    (!fine).then(|| format!("{label} touches {touched:?}"))
}

/// How long one of them may be late, in milliseconds, where both begin together; the other may have read the router, and not yet
/// have changed it.
const CLOSE: u64 = 100;
/// The same where each goes its own way.
const FAR: u64 = 90_000;

/// When a shoot does its next thing.
struct Pace {
    together: Option<Arc<Barrier>>,
    rng: StdRng,
}

impl Pace {
    async fn next(&mut self) {
        let late = match &self.together {
            Some(both) => {
                both.wait().await;
                self.rng.random_range(0..CLOSE)
            }
            None => self.rng.random_range(0..FAR),
        };
        tokio::time::sleep(Duration::from_millis(late)).await;
    }
}

/// Creates, changes twice and deletes.
async fn live(life: &Life, shoot: &Shoot, mut pace: Pace) {
    pace.next().await;
    life.create(shoot);
    life.settle(shoot).await;
    let left = leave_behind(life, shoot).await;
    let workers = shoot.networks["workers"].as_str().unwrap().replace("/20", "/18");
    for change in [
        json!({ "workers": workers, "cloudNAT": { "minPortsPerVM": 512 } }),
        json!({ "cloudNAT": { "natIPNames": null } }),
    ] {
        pace.next().await;
        life.configure(shoot, &change).await;
        life.settle(shoot).await;
        let dump = life.dump();
        let nat = resource(&dump, "routers", "corp-router").unwrap()["nats"].as_array().unwrap().clone();
        let nat = nat.into_iter().find(|nat| nat["name"] == shoot.nat()).unwrap();
        let (ports, addresses) = (&nat["minPortsPerVm"], nat["natIps"].as_array().map_or(0, Vec::len));
        assert_eq!(*ports, 512, "{}", shoot.name);
        assert_eq!(addresses == 0, change["cloudNAT"].get("natIPNames").is_some(), "{}", shoot.name);
    }
    pace.next().await;
    for path in left {
        assert!(life.hands().get(&path).await.unwrap().is_some(), "{path} went before {}", shoot.name);
    }
    life.delete(shoot).await;
    life.settle(shoot).await;
    assert_eq!(life.object(shoot), None, "{}", shoot.name);
}

async fn interleave(seed: u64) {
    // While an operation changes the router Google refuses the next one, which hides what two changes would do to each other.
    let latency = if seed.is_multiple_of(4) { Latency::None } else { Latency::Recorded };
    let cloud = fake_gcp::Settings { seed, latency, ..fake_gcp::Settings::default() };
    let life = Life::new(&Setup { cloud, ..Setup::default() }).await;
    let before = life.dump();
    let offences: Arc<Mutex<Vec<String>>> = Arc::default();
    let (witness, cloud) = (offences.clone(), life.cloud.clone());
    life.cloud.faults.before(move |request| {
        let call = crate::support::CloudCall::of(request);
        witness.lock().unwrap().extend(offence(&call.label, &call.body, || cloud.dump(PROJECT)));
        CloudFate::Pass
    });
    let together = seed.is_multiple_of(2).then(|| Arc::new(Barrier::new(2)));
    let pace = |index: u64| Pace { together: together.clone(), rng: StdRng::seed_from_u64(seed * 2 + index) };
    let (one, other) = (shoot(0, seed), shoot(1, seed));
    tokio::join!(live(&life, &one, pace(0)), live(&life, &other, pace(1)));
    assert_eq!(*offences.lock().unwrap(), Vec::<String>::new());
    assert_same(&life.dump(), &before, "both are gone");
}

#[test]
fn two_shoots_on_one_router_never_touch_each_others_things_in_a_hundred_interleavings() {
    for seed in 1..=100 {
        // A panic names the seed.
        let told = std::panic::catch_unwind(|| block_on(interleave(seed)));
        assert!(told.is_ok(), "with seed {seed}");
    }
}

/// How many shoots begin at once on one router.
const MANY: u8 = 20;

/// None of them is ever told that somebody else changed the router, and what else is on it stays as it is.
#[test]
fn many_shoots_that_begin_at_once_on_one_router_all_come_to_their_end_at_the_first_try() {
    block_on(async {
        let cloud = fake_gcp::Settings { latency: Latency::Recorded, ..fake_gcp::Settings::default() };
        let life = Life::new(&Setup { cloud, ..Setup::default() }).await;
        let nats =
            || resource(&life.dump(), "routers", "corp-router").unwrap()["nats"].as_array().unwrap().clone();
        let theirs = nats();
        assert_eq!(theirs.len(), 1);
        let shoots: Vec<Shoot> = (0..MANY)
            .map(|index| {
                let range = |second: u8| format!("10.{}.0.0/16", second + index);
                let mut shoot = Shoot::in_user_vpc();
                shoot.name = format!("shoot--p--n{index}");
                shoot.ranges = json!({ "nodes": range(100), "pods": range(130), "services": range(160) });
                shoot.networks["workers"] = json!(range(100));
                shoot.networks["cloudNAT"] = json!({});
                shoot
            })
            .collect();
        for delete in [false, true] {
            for shoot in &shoots {
                if delete {
                    life.delete(shoot).await;
                } else {
                    life.create(shoot);
                }
            }
            let ends = futures::future::join_all(shoots.iter().map(|shoot| life.reconcile(shoot))).await;
            for (shoot, end) in shoots.iter().zip(ends) {
                assert_eq!(end, Requeue::OnChange, "{}: {:#}", shoot.name, life.status(shoot));
            }
            let mut wanted: Vec<String> = shoots.iter().filter(|_| !delete).map(Shoot::nat).collect();
            let (kept, mut ours): (Vec<Value>, Vec<Value>) =
                nats().into_iter().partition(|nat| theirs.contains(nat));
            assert_eq!(kept, theirs);
            ours.sort_by_key(|nat| nat["name"].to_string());
            wanted.sort();
            assert_eq!(
                ours.iter().map(|nat| nat["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
                wanted
            );
        }
    });
}
