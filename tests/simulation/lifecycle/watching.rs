//! What makes the controller look at an object, through watch and queue.

use std::time::Duration;

use gardener_extension_infra_gcp::extension::Scope;
use landscape::seed::memory::Verdict;
use serde_json::{Value, json};

use super::documents::{Shoot, resource};
use super::life::{Life, Setup};
use crate::support::{Crash, block_on};

/// Longer than anything takes here, a controller that is killed and its successor included.
const LONG: Duration = Duration::from_secs(600);

fn scope(ignore_operation_annotation: bool) -> Scope {
    Scope { classes: vec!["shoot".to_owned()], ignore_operation_annotation, concurrency: 5 }
}

/// Lives while the controller watches.
async fn watched(life: &Life, ignores_annotation: bool, script: impl Future<Output = ()>) {
    let scope = scope(ignores_annotation);
    tokio::select! {
        () = life.watch(&scope) => {}
        () = script => {}
    }
}

/// Until the operation that was asked for is done.
async fn until_done(life: &Life, shoot: &Shoot) {
    let done = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let object = life.object(shoot).unwrap_or_default();
            let asked = object["metadata"]["annotations"].get("gardener.cloud/operation");
            if asked.is_none() && object["status"]["lastOperation"]["state"] == "Succeeded" {
                return;
            }
        }
    };
    let status = || life.status(shoot);
    tokio::time::timeout(LONG, done).await.unwrap_or_else(|_| panic!("{:#}", status()));
}

fn has_internal(life: &Life) -> bool {
    resource(&life.dump(), "subnetworks", "shoot--p--a-internal").is_some()
}

/// A shoot without an internal subnet.
fn shoot() -> Shoot {
    Shoot { networks: json!({ "workers": "10.250.0.0/16" }), ..Shoot::usual() }
}

const INTERNAL: &str = "10.252.0.0/24";

#[test]
fn an_object_that_nobody_can_make_sense_of_hides_no_other() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, shoot());
        let odd = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
            "metadata": { "namespace": "shoot--x--y", "name": "odd" },
            "spec": { "type": "other", "region": "r", "secretRef": {} },
            "status": { "lastOperation": {
                "type": "Wait", "state": "Odd", "description": "", "progress": 1, "lastUpdateTime": "2026-09-01T10:00:00Z",
            } },
        });
        let namespace =
            json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "shoot--x--y" } });
        life.seed.put(&namespace).unwrap();
        life.seed.put(&odd).unwrap();
        watched(&life, false, async {
            life.create(&shoot);
            until_done(&life, &shoot).await;
        })
        .await;
    });
}

#[test]
fn a_change_alone_is_enough_where_the_annotation_is_to_be_ignored_and_nowhere_else() {
    for ignores in [true, false] {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, shoot());
            watched(&life, ignores, async {
                life.create(&shoot);
                until_done(&life, &shoot).await;
                let networks = json!({ "internal": INTERNAL });
                life.edit(&shoot, &json!({ "spec": { "providerConfig": { "networks": networks } } })).await;
                tokio::time::sleep(LONG).await;
                assert_eq!(has_internal(&life), ignores);
                let generation = life.object(&shoot).unwrap()["metadata"]["generation"].clone();
                let observed = life.status(&shoot)["observedGeneration"] == generation;
                assert_eq!(observed, ignores, "{:#}", life.status(&shoot));
            })
            .await;
        });
    }
}

/// How somebody asks for a change.
#[derive(Clone, Copy, Debug)]
enum Asks {
    /// And says when, as gardenlet does.
    Now,
    /// And does not say when.
    Timeless,
    /// While an earlier request is being worked on, and does not say when.
    Meanwhile,
}

impl Asks {
    async fn ask(self, life: &Life, shoot: &Shoot) {
        if matches!(self, Self::Now) {
            let now = json!({ "gardener.cloud/timestamp": life.time.now().to_string() });
            life.edit(shoot, &json!({ "metadata": { "annotations": now } })).await;
        }
        if matches!(self, Self::Meanwhile) {
            life.ask(shoot, "reconcile").await;
            while life.status(shoot)["lastOperation"]["state"] != "Processing" {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        life.configure(shoot, &json!({ "internal": INTERNAL })).await;
    }
}

/// Whatever the object says between two writes, the successor must find out what was asked for, also in the second in which the last
/// operation ended.
#[test]
fn killed_at_each_write_nothing_that_was_asked_for_is_forgotten() {
    for (asks, arrives) in
        [Asks::Now, Asks::Timeless, Asks::Meanwhile].map(|asks| [(asks, false), (asks, true)]).concat()
    {
        for number in 1.. {
            let killed = block_on(async {
                let crash = Crash::AtWrite { number, arrives };
                let (life, shoot) = (Life::new(&Setup { crash, ..Setup::default() }).await, shoot());
                watched(&life, false, async {
                    life.create(&shoot);
                    until_done(&life, &shoot).await;
                    asks.ask(&life, &shoot).await;
                    until_done(&life, &shoot).await;
                    // It counts as done only once its success is dated after it was asked for.
                    tokio::time::sleep(LONG).await;
                    until_done(&life, &shoot).await;
                    assert!(has_internal(&life), "{asks:?} {crash:?}: {:#}", life.status(&shoot));
                    life.delete(&shoot).await;
                    tokio::time::sleep(LONG).await;
                    assert_eq!(life.object(&shoot), None::<Value>, "{crash:?}");
                })
                .await;
                life.was_killed()
            });
            if !killed {
                assert!(number > 10, "killed {} times only", number - 1);
                break;
            }
        }
    }
}

/// gardenlet asks for another operation in the instant in which its last request is taken up.
#[test]
fn a_request_that_comes_while_another_is_taken_up_is_not_taken_away_with_it() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, shoot());
        life.create(&shoot);
        life.settle(&shoot).await;
        life.ask(&shoot, "reconcile").await;
        let (seed, name) = (life.seed.clone(), shoot.name.clone());
        let mut asked = false;
        life.before_each_call(move |call| {
            let takes = call.method == "PATCH"
                && call
                    .body
                    .pointer("/metadata/annotations")
                    .is_some_and(|all| all["gardener.cloud/operation"].is_null());
            if takes && !std::mem::replace(&mut asked, true) {
                let mut object = super::life::stored(&seed, &name).unwrap();
                object["metadata"]["annotations"]["gardener.cloud/operation"] = json!("migrate");
                seed.put(&object).unwrap();
            }
            Verdict::Pass
        });
        life.settle(&shoot).await;
        let status = life.status(&shoot);
        assert_eq!(
            (&status["lastOperation"]["type"], &status["lastOperation"]["state"]),
            (&json!("Migrate"), &json!("Succeeded"))
        );
    });
}

/// One worker, and a shoot whose IPv6 ranges do not come.
#[test]
fn who_waits_lets_others_have_their_turn_and_says_in_the_end_what_it_waits_for() {
    block_on(async {
        let mut setup = Setup::default();
        setup.cloud.lags.external_ipv6_prefix = jiff::SignedDuration::from_hours(24);
        let life = Life::new(&setup).await;
        let scope = Scope { concurrency: 1, ..scope(false) };
        let waits = Shoot::dual_stack();
        let other = Shoot { name: "shoot--p--b".to_owned(), ..shoot() };
        let script = async {
            life.create(&waits);
            tokio::time::sleep(Duration::from_secs(120)).await;
            life.create(&other);
            let began = life.time.elapsed();
            until_done(&life, &other).await;
            let took = life.time.elapsed() - began;
            assert!(took < Duration::from_secs(120), "{took:?}");
            tokio::time::sleep(Duration::from_secs(20 * 60)).await;
            let error = life.status(&waits)["lastError"]["description"].clone();
            assert!(error.as_str().is_some_and(|error| error.contains("still waiting")), "{error}");
        };
        tokio::select! {
            () = life.watch(&scope) => {}
            () = script => {}
        }
    });
}
