//! The control plane moves to another seed: migrate leaves the cloud alone, restore goes on from the state alone. Also half-way
//! through a migration to dual-stack.

use gardener_extension_infra_gcp::extension::Next;
use gardener_extension_infra_gcp::plan::Milestone;
use serde_json::{Value, json};

use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use super::migrating::{self, phase};
use crate::support::{Crash, block_on};

/// Asserts that the Infrastructure leaves its seed without a word to the cloud, and that nothing makes it come back.
async fn assert_leaves(life: &Life, shoot: &Shoot) {
    life.ask(shoot, "migrate").await;
    let (before, state) = (life.dump(), life.status(shoot)["state"].clone());
    let mark = life.mark();
    life.calls();
    assert_eq!(life.reconcile(shoot).await, Next::Rest);
    assert_eq!(life.writes(mark), ["Processing", "Succeeded", "no finalizer", "no annotation"]);
    assert_eq!(life.calls(), []);
    let object = life.object(shoot).unwrap();
    assert_eq!(object["metadata"].get("finalizers"), None);
    assert_eq!(object["status"]["lastOperation"]["type"], "Migrate");
    assert_eq!(object["status"]["lastOperation"]["description"], "Successfully migrated infrastructure");
    assert_eq!(object["status"]["state"], state, "another seed goes on with it");

    // What is asked for later is not for this seed any more.
    life.ask(shoot, "reconcile").await;
    assert_eq!(life.reconcile(shoot).await, Next::Rest);
    assert_eq!(life.calls(), []);
    let later = life.object(shoot).unwrap();
    assert_eq!((&later["status"], later["metadata"].get("finalizers")), (&object["status"], None));
    assert_same(&life.dump(), &before, "the cloud");
}

/// The same shoot on another seed, as gardenlet restores it: of the status there is the state alone; neither the
/// cloud-controller-manager nor its ManagedResource is there yet.
async fn restore(life: &Life, shoot: &Shoot) -> Life {
    let there = life.elsewhere();
    let mut object = shoot.infrastructure("wait-for-state");
    for around in shoot.around() {
        there.seed.put(&around).unwrap();
    }
    there.seed.put(&object).unwrap();
    let mark = there.mark();
    assert_eq!(there.reconcile(shoot).await, Next::Rest);
    assert_eq!(there.writes(mark), Vec::<String>::new(), "the state is awaited");
    object["status"]["state"] = life.status(shoot)["state"].clone();
    object["metadata"]["annotations"]["gardener.cloud/operation"] = json!("restore");
    there.seed.put(&object).unwrap();
    life.calls();
    assert_eq!(there.reconcile(shoot).await, Next::Rest, "at the first attempt");
    let writes = there.writes(mark);
    assert_eq!(writes[..2], ["finalizer", "Processing"], "{writes:?}");
    assert_eq!(writes[writes.len() - 2..], ["no annotation", "Succeeded"], "{writes:?}");
    let last = &there.status(shoot)["lastOperation"];
    assert_eq!((&last["type"], &last["state"]), (&json!("Restore"), &json!("Succeeded")));
    assert_eq!(last["description"], "Successfully restored infrastructure");
    there
}

#[test]
fn a_shoot_moves_to_another_seed_and_nothing_changes_in_the_cloud() {
    block_on(async {
        let shoots = [Shoot::usual(), Shoot::dual_stack(), Shoot::in_user_vpc()];
        for shoot in shoots {
            let life = Life::new(&Setup { service_accounts: true, ..Setup::default() }).await;
            life.create(&shoot);
            life.settle(&shoot).await;
            let before = life.dump();
            assert_leaves(&life, &shoot).await;
            let there = restore(&life, &shoot).await;
            assert_eq!(there.mutations(), Vec::<String>::new());
            assert_same(&life.dump(), &before, "the cloud");
            for part in ["providerStatus", "networking", "egressCIDRs", "state"] {
                assert_eq!(there.status(&shoot)[part], life.status(&shoot)[part], "{part}");
            }
            there.delete(&shoot).await;
            there.settle(&shoot).await;
            assert_eq!(there.object(&shoot), None);
        }
    });
}

#[test]
fn a_shoot_moves_half_way_through_a_migration_to_dual_stack_and_arrives_there_on_the_other_seed() {
    let mut phases = Vec::new();
    for step in Milestone::ALL {
        block_on(async {
            let life = Life::new(&Setup { crash: Crash::After(step), ..Setup::default() }).await;
            let shoot = Shoot::usual();
            let (vms, killed) = migrating::begin(&life, &shoot).await;
            if !killed {
                return;
            }
            life.restart();
            phases.push(phase(&life.status(&shoot)).clone());
            assert_leaves(&life, &shoot).await;
            let wanted = Shoot { families: Shoot::dual_stack().families, ..shoot };
            let there = restore(&life, &wanted).await;
            migrating::assert_migrated(&there, &wanted, &vms);
        });
    }
    assert!(phases.len() >= 8, "{phases:?}");
    phases.dedup();
    assert_eq!(phases, [Value::Null, json!("preparing"), json!("deleting"), Value::Null]);
}

#[test]
fn a_move_wins_over_a_deletion_and_the_object_goes_with_its_finalizer() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        let before = life.dump();
        life.delete(&shoot).await;
        life.ask(&shoot, "migrate").await;
        life.calls();
        assert_eq!(life.reconcile(&shoot).await, Next::Rest);
        assert_eq!(life.object(&shoot), None);
        assert_eq!(life.calls(), []);
        assert_same(&life.dump(), &before, "the cloud");
    });
}

/// Leaves, and arrives again on the same seed, which is as far as a killed controller can be followed.
#[test]
fn killed_at_each_write_of_a_move_it_moves_all_the_same() {
    for arrives in [false, true] {
        for number in 1.. {
            let killed = block_on(async {
                let crash = Crash::AtWrite { number, arrives };
                let (life, shoot) = (Life::new(&Setup { crash, ..Setup::default() }).await, Shoot::usual());
                life.create(&shoot);
                life.settle(&shoot).await;
                let (before, reported) = (life.dump(), life.status(&shoot)["providerStatus"].clone());
                life.calls();
                life.ask(&shoot, "migrate").await;
                life.settle(&shoot).await;
                let object = life.object(&shoot).unwrap();
                assert_eq!(object["metadata"].get("finalizers"), None, "{crash:?}");
                assert_eq!(
                    object["metadata"]["annotations"].get("gardener.cloud/operation"),
                    None,
                    "{crash:?}"
                );
                assert_eq!(object["status"]["lastOperation"]["type"], "Migrate", "{crash:?}");
                life.ask(&shoot, "restore").await;
                life.settle(&shoot).await;
                let status = life.status(&shoot);
                // Killed after its success was written it is asked once more, as here nobody looks whether that is needed.
                let done = ["Successfully restored infrastructure", "Successfully reconciled infrastructure"];
                let last = status["lastOperation"]["description"].as_str().unwrap();
                assert!(done.contains(&last), "{crash:?}: {last}");
                assert_eq!(status["providerStatus"], reported, "{crash:?}");
                assert_eq!(life.mutations(), Vec::<String>::new(), "{crash:?}");
                assert_same(&life.dump(), &before, "the cloud");
                life.was_killed()
            });
            if !killed {
                assert!(number > 10, "killed {} times only", number - 1);
                break;
            }
        }
    }
}
