//! Words about a migration: what people say on the Infrastructure and on the Shoot, what comes of it, and what is kept of it.

use std::time::Duration;

use gardener_extension_infra_gcp::extension::{Requeue, Scope};
use serde_json::{Value, json};

use super::documents::Shoot;
use super::life::{Life, Setup};
use super::migrating::{add_route, add_vms, assert_migrated, phase};
use crate::support::block_on;

const WORDS: &str = "gcp.provider.extensions.gardener.cloud/dual-stack-migration";
const VIOLATED: &str = "Constraint constraints/compute.disableVpcExternalIpv6 violated for projects/1";
/// Longer than a migration takes here.
const LONG: Duration = Duration::from_secs(1200);

fn annotation(words: &Value) -> Value {
    json!({ "metadata": { "annotations": { WORDS: words } } })
}

/// The words on the Infrastructure.
fn said(life: &Life, shoot: &Shoot) -> Value {
    life.object(shoot).unwrap()["metadata"]["annotations"][WORDS].clone()
}

/// A shoot with nodes behind routes whose owner has just asked for both families.
async fn about_to_migrate() -> (Life, Shoot, Vec<super::migrating::Vm>) {
    let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
    life.create(&shoot);
    life.settle(&shoot).await;
    let vms = add_vms(&life, &shoot).await;
    for vm in &vms {
        add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
    }
    life.edit_shoot(&shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } })).await;
    (life, shoot, vms)
}

/// From now on no subnet gets IPv6.
async fn forbid_ipv6(life: &Life) {
    let refuse = json!({ "refuse": { "status": 412, "reason": "conditionNotMet", "message": VIOLATED } });
    life.cloud.fault(&json!({ "method": "compute.subnetworks.patch", "count": null, "fault": refuse })).await;
}

/// One reconciliation that fails, and the number of changes that were refused in it.
async fn fails(life: &Life, shoot: &Shoot) -> usize {
    life.calls();
    life.ask(shoot, "reconcile").await;
    assert_eq!(life.reconcile(shoot).await, Requeue::WithBackoff, "{:#}", life.status(shoot));
    let (text, _) = life.failure(shoot);
    assert!(text.contains("was refused for good at M2b"), "{text}");
    assert_eq!(*phase(&life.status(shoot)), Value::Null);
    life.mutations().iter().filter(|label| label.starts_with("PATCH subnetworks/")).count()
}

#[test]
fn the_word_of_the_operator_is_taken_once_the_attempt_begins_and_never_loops() {
    block_on(async {
        let (life, shoot, vms) = about_to_migrate().await;
        forbid_ipv6(&life).await;
        assert!(fails(&life, &shoot).await > 0);
        assert_eq!(fails(&life, &shoot).await, 0, "it does not begin again by itself");
        life.edit(&shoot, &annotation(&json!("later,try-again"))).await;
        assert!(fails(&life, &shoot).await > 0);
        assert_eq!(said(&life, &shoot), "later", "what is no word of ours stays");
        assert_eq!(fails(&life, &shoot).await, 0);
        life.cloud.end_faults().await;
        life.edit(&shoot, &annotation(&json!("try-again"))).await;
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(said(&life, &shoot), Value::Null);
        assert_migrated(&life, &shoot, &vms);
    });
}

#[test]
fn the_word_of_the_owner_counts_for_one_attempt_each_time_that_it_is_said() {
    block_on(async {
        let (life, shoot, vms) = about_to_migrate().await;
        forbid_ipv6(&life).await;
        assert!(fails(&life, &shoot).await > 0);
        for _ in 0..2 {
            life.edit_shoot(&shoot, &annotation(&json!("try-again"))).await;
            assert!(fails(&life, &shoot).await > 0);
            life.restart();
            assert_eq!(fails(&life, &shoot).await, 0, "it has had its attempt");
            life.edit_shoot(&shoot, &annotation(&Value::Null)).await;
            assert_eq!(fails(&life, &shoot).await, 0);
        }
        life.cloud.end_faults().await;
        life.edit_shoot(&shoot, &annotation(&json!("try-again"))).await;
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_migrated(&life, &shoot, &vms);
    });
}

#[test]
fn words_of_the_infrastructure_move_to_another_seed_and_go_when_they_are_removed_there() {
    block_on(async {
        let (life, shoot, vms) = about_to_migrate().await;
        life.edit(&shoot, &annotation(&json!("hold"))).await;
        life.ask(&shoot, "reconcile").await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        assert!(life.failure(&shoot).0.contains("is held before it begins"));
        life.ask(&shoot, "migrate").await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);

        let there = life.elsewhere();
        let wanted = Shoot { families: Shoot::dual_stack().families, ..shoot };
        for around in wanted.around() {
            there.seed.put(&around).unwrap();
        }
        let mut object = wanted.infrastructure("restore");
        object["status"]["state"] = life.status(&wanted)["state"].clone();
        there.seed.put(&object).unwrap();
        assert_eq!(said(&there, &wanted), Value::Null);
        assert_eq!(there.reconcile(&wanted).await, Requeue::WithBackoff);
        assert!(there.failure(&wanted).0.contains("is held before it begins"));
        assert_eq!(said(&there, &wanted), "hold");
        // A restore that failed is one still; the word that was removed does not come back.
        there.edit(&wanted, &annotation(&Value::Null)).await;
        there.settle(&wanted).await;
        assert_eq!(said(&there, &wanted), Value::Null);
        assert_migrated(&there, &wanted, &vms);
    });
}

#[test]
fn a_word_counts_at_once_unless_the_shoot_has_failed_and_one_without_effect_is_told_once() {
    block_on(async {
        let (life, shoot, vms) = about_to_migrate().await;
        life.edit(&shoot, &annotation(&json!("hold,halt"))).await;
        let told = |life: &Life| {
            let events = life.events();
            events.into_iter().filter(|event| event.text.starts_with("word-")).collect::<Vec<_>>()
        };
        let scope =
            Scope { classes: vec!["shoot".to_owned()], ignore_operation_annotation: false, concurrency: 5 };
        let script = async {
            life.ask(&shoot, "reconcile").await;
            tokio::time::sleep(LONG).await;
            assert!(life.failure(&shoot).0.contains("is held before it begins"));
            let events = told(&life);
            assert_eq!(events.len(), 1, "{events:?}");
            assert!(events[0].text.contains("\"halt\" is no word"), "{events:?}");
            let failed = |state: &str| json!({ "status": { "lastOperation": { "state": state } } });
            life.edit_shoot(&shoot, &failed("Failed")).await;
            life.edit(&shoot, &annotation(&Value::Null)).await;
            tokio::time::sleep(LONG).await;
            assert_eq!(*phase(&life.status(&shoot)), Value::Null, "it is left alone");
            life.edit_shoot(&shoot, &failed("Processing")).await;
            life.edit(&shoot, &annotation(&json!(""))).await;
            tokio::time::sleep(LONG).await;
            assert_migrated(&life, &shoot, &vms);
            assert_eq!(told(&life), []);
            life.edit(&shoot, &annotation(&json!("undo"))).await;
            tokio::time::sleep(LONG).await;
            let events = told(&life);
            assert_eq!(events.len(), 1, "{events:?}");
            assert!(events[0].text.contains("has reported both families"), "{events:?}");
        };
        tokio::select! {
            () = life.watch(&scope) => {}
            () = script => {}
        }
    });
}

/// Where the migration is costs a write of the state at each change of its step, and none for a node.
#[test]
fn where_a_migration_is_costs_few_writes_of_the_state_and_goes_when_it_is_over() {
    block_on(async {
        let (life, shoot, vms) = about_to_migrate().await;
        let mark = life.mark();
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_migrated(&life, &shoot, &vms);
        let calls = life.seed.calls();
        let places: Vec<String> = calls
            .iter()
            .skip(mark)
            .filter_map(|logged| logged.call.body.pointer("/status/state/data/migration~1step")?.as_str())
            .map(|place| place.rsplit_once(' ').unwrap().0.to_owned())
            .collect();
        let wanted = [
            "preparing M2 0/2",
            "preparing M2b 0/2",
            "preparing M3 0/2",
            "preparing M4 0/2",
            "preparing M5 0/2",
            "preparing M5 1/2",
            "preparing M6 2/2",
            "preparing M9 0/2",
            "committed M9 0/2",
            "committed M9 1/2",
            "committed M10 2/2",
        ];
        assert_eq!(places, wanted);
        let writes = life.writes(mark).into_iter().filter(|word| word == "state").count();
        assert_eq!(writes, 12);
    });
}

#[test]
fn a_hold_is_told_with_its_step_and_its_instant_in_one_write() {
    block_on(async {
        let (life, shoot, _) = about_to_migrate().await;
        life.edit(&shoot, &annotation(&json!("hold"))).await;
        for _ in 0..3 {
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        }
        let data = &life.status(&shoot)["state"]["data"];
        let place = data["migration/step"].as_str().unwrap();
        assert!(place.starts_with("rests M0 0/2 "), "{place}");
        assert!(place.ends_with(data["migration/hold-since"].as_str().unwrap()), "{data:#}");
        let states = life
            .seed
            .calls()
            .into_iter()
            .filter(|logged| logged.call.body.pointer("/status/state/data/migration~1step").is_some());
        assert_eq!(states.count(), 1);
        // Gardenlet's own instant counts, and its names.
        let cycle = json!({
            "metadata": { "name": "a", "namespace": "garden-p" }, "status": { "retryCycleStartTime": "2026-09-01T08:15:00Z" },
        });
        life.edit_shoot(&shoot, &cycle).await;
        life.ask(&shoot, "reconcile").await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert!(text.contains("at 2026-09-01T20:15Z the Shoot becomes Failed"), "{text}");
        assert!(
            text.contains("kubectl annotate -n garden-p shoot a gardener.cloud/operation=retry"),
            "{text}"
        );
        assert_eq!(codes, [""; 0]);
    });
}
