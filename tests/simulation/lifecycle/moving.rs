//! The control plane moves to another seed: migrate leaves the cloud alone, restore goes on from the state alone. Also half-way
//! through a migration to dual-stack.

use std::time::Duration;

use gardener_extension_infra_gcp::extension::Requeue;
use landscape::neighbours::machines::{Machine, Machines};
use landscape::neighbours::managed_resource::{CCM, MANAGED_RESOURCE};
use landscape::neighbours::objects::{Kind, Objects};
use landscape::neighbours::{Neighbours, World, ccm, controlplane};
use planner::vocabulary::Milestone;
use serde_json::{Value, json};

use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use super::migrating::{self, Vm, phase};
use crate::support::{Crash, block_on};

/// Asserts that the Infrastructure leaves its seed without a word to the cloud, and that nothing makes it come back.
async fn assert_leaves(life: &Life, shoot: &Shoot) {
    life.ask(shoot, "migrate").await;
    let (before, state) = (life.dump(), life.status(shoot)["state"].clone());
    let mark = life.mark();
    life.calls();
    assert_eq!(life.reconcile(shoot).await, Requeue::OnChange);
    assert_eq!(life.writes(mark), ["Processing", "Succeeded", "no finalizer", "no annotation"]);
    assert_eq!(life.calls(), []);
    let object = life.object(shoot).unwrap();
    assert_eq!(object["metadata"].get("finalizers"), None);
    assert_eq!(object["status"]["lastOperation"]["type"], "Migrate");
    assert_eq!(object["status"]["lastOperation"]["description"], "Successfully migrated infrastructure");
    assert_eq!(object["status"]["state"], state, "another seed goes on with it");

    // What is asked for later is not for this seed any more.
    life.ask(shoot, "reconcile").await;
    assert_eq!(life.reconcile(shoot).await, Requeue::OnChange);
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
    assert_eq!(there.reconcile(shoot).await, Requeue::OnChange);
    assert_eq!(there.writes(mark), Vec::<String>::new(), "the state is awaited");
    object["status"]["state"] = life.status(shoot)["state"].clone();
    object["metadata"]["annotations"]["gardener.cloud/operation"] = json!("restore");
    there.seed.put(&object).unwrap();
    life.calls();
    assert_eq!(there.reconcile(shoot).await, Requeue::OnChange, "at the first attempt");
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
    for step in Milestone::FORWARD {
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

/// Nodes with routes that the cloud-controller-manager has made; whether their pods are reachable is written down from now on.
async fn add_nodes(world: &World) -> Vec<Vm> {
    controlplane::deploy(world).await.unwrap();
    let machines = Machines::new(world, 1).create(0..2).await.unwrap();
    for machine in &machines {
        world.cloud.watch(&machine.zone, &machine.name, &machine.pod_cidr).await.unwrap();
    }
    while world.cloud.ledger().await.unwrap().states.route < 2 {
        world.time.sleep(Duration::from_secs(1)).await;
    }
    let vm = |machine: Machine| Vm { name: machine.name, zone: machine.zone, pods: machine.pod_cidr };
    machines.into_iter().map(vm).collect()
}

/// Asserts that no cloud-controller-manager is wanted on this seed, and that nobody puts that right.
async fn assert_frozen(world: &World) {
    let objects = |kind| Objects::within(&world.seed, kind, &world.shoot.name);
    let deployment = objects(Kind::Deployment).get(CCM).await.unwrap();
    assert_eq!(deployment["spec"]["replicas"], 0);
    let resource = objects(Kind::ManagedResource).get(MANAGED_RESOURCE).await.unwrap();
    assert_eq!(resource["metadata"]["annotations"]["resources.gardener.cloud/ignore"], "true");
}

/// Makes the shoot dual-stack until it is in that phase, nobody makes routes any more, and so many are left; then the controller dies.
async fn go_dual_stack_until(life: &Life, shoot: &Shoot, in_phase: &str, routes: usize) {
    let world = life.world();
    let deployments = Objects::within(&world.seed, Kind::Deployment, &world.shoot.name);
    let reached = async {
        while *phase(&life.status(shoot)) != *in_phase
            || deployments.get(CCM).await.unwrap()["spec"]["replicas"] != 0
            || ccm::owned_routes(&world.cloud, &world.shoot).await.unwrap().len() != routes
        {
            world.time.sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        biased;
        () = reached => {}
        _ = migrating::go_dual_stack(life, shoot) => panic!("it never was in phase {in_phase} with {routes} routes"),
    }
    life.restart();
    // What was under way comes to its end.
    world.time.sleep(Duration::from_secs(60)).await;
}

/// The control plane on the old seed is still there, frozen by the migration; were it released, it would make routes again.
#[test]
fn the_ccm_of_the_old_seed_stays_frozen_and_the_other_seed_goes_on_without_a_gap() {
    for (in_phase, routes) in [("preparing", 2), ("deleting", 2), ("deleting", 1), ("deleting", 0)] {
        block_on(async {
            let life = Life::new(&Setup::default()).await;
            let (shoot, world) = (Shoot::usual(), life.world());
            let _neighbours = Neighbours::start(world, 1);
            life.create(&shoot);
            life.settle(&shoot).await;
            let vms = add_nodes(world).await;
            go_dual_stack_until(&life, &shoot, in_phase, routes).await;
            assert_frozen(world).await;
            assert_leaves(&life, &shoot).await;
            assert_frozen(world).await;

            let wanted = Shoot { families: Shoot::dual_stack().families, ..shoot };
            let there = restore(&life, &wanted).await;
            migrating::assert_migrated(&there, &wanted, &vms);
            world.time.sleep(Duration::from_secs(600)).await;
            assert_frozen(world).await;
            let left = ccm::owned_routes(&world.cloud, &world.shoot).await.unwrap();
            assert!(left.is_empty(), "{in_phase}, {routes} routes: {left:#?}");
            let gaps = world.cloud.ledger().await.unwrap().gaps;
            assert!(gaps.is_empty(), "{in_phase}, {routes} routes: {gaps:#?}");
        });
    }
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
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
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
