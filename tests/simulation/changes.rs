//! What the user and the cluster change while a migration is under way, at any time of it.

use std::time::Duration;

use landscape::neighbours::ccm::owned_routes;
use landscape::neighbours::objects::{Kind, Objects};
use serde_json::json;

use crate::support::{Setup, Simulation, block_on, journal};

/// Runs `change` in simulations of `nodes` nodes, after two seconds, and later by `step` seconds each time.
fn at_any_time(seeds: std::ops::Range<u64>, nodes: u32, step: u64, change: impl AsyncFn(&Simulation, &str)) {
    for (number, seed) in (0..).zip(seeds) {
        let after = Duration::from_secs(2 + number * step);
        block_on(async {
            let simulation = Simulation::start(&Setup::new(nodes, seed)).await;
            simulation.story.prepare().await.unwrap();
            simulation.add_ipv6().await;
            simulation.world.time.sleep(after).await;
            let what = format!("seed {seed} after {after:?}");
            change(&simulation, &what).await;
            simulation.assert_hitless_end(&what).await;
            let world = &simulation.world;
            assert_eq!(owned_routes(&world.cloud, &world.shoot).await.unwrap().len(), 0, "{what}");
        });
    }
}

#[test]
fn a_user_who_goes_back_and_forth_at_any_time_cuts_no_node_off() {
    at_any_time(240..244, 3, 66, async |simulation, what| {
        let gardenlet = simulation.story.gardenlet();
        gardenlet.set_families(&["IPv4"]).await.unwrap();
        gardenlet.deploy_infrastructure().await.unwrap();
        simulation.world.time.sleep(Duration::from_secs(400)).await;
        if journal(&simulation.infrastructure().await, "phase") == "preparing" {
            assert_eq!(simulation.ccm_replicas().await, 1, "{what}");
        }
        simulation.add_ipv6().await;
    });
}

#[test]
fn a_vm_that_goes_at_any_time_is_done_with() {
    at_any_time(260..267, 3, 36, async |simulation, _| {
        let machines = simulation.story.machines();
        machines.remove(&machines.machine(1).unwrap()).await.unwrap();
    });
}

#[test]
fn a_vm_that_comes_at_any_time_costs_no_other_node() {
    at_any_time(280..284, 3, 66, async |simulation, what| {
        let machines = simulation.story.machines();
        machines.join(&machines.machine(3).unwrap()).await.unwrap();
        simulation.world.time.sleep(Duration::from_secs(900)).await;
        let nodes = Objects::cluster_wide(&simulation.world.shoot_api, Kind::Node).list("").await.unwrap();
        for number in 0..3 {
            let name = machines.machine(number).unwrap().name;
            let kept = nodes.iter().any(|node| node["metadata"]["name"] == name.as_str());
            assert!(kept, "{what}: {name} was replaced");
        }
    });
}

/// The user widens the nodes subnet in the same change.
#[test]
fn a_refused_migration_has_not_widened_the_nodes_subnet_either() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 206)).await;
        let world = &simulation.world;
        let machines = simulation.story.prepare().await.unwrap().machines;
        simulation.add_route_of_others(&machines[0]).await;
        simulation
            .edit(&json!({ "spec": { "providerConfig": { "networks": { "workers": "10.250.0.0/15" } } } }))
            .await;
        let before = world.cloud.requests("gardener-extension-infra-gcp", 0).await.unwrap();
        simulation.add_ipv6().await;
        simulation.until("an error", |object| object["status"]["lastError"].is_object()).await;
        let after = world.cloud.requests("gardener-extension-infra-gcp", before.next_seq).await.unwrap();
        assert_eq!(after.mutations, 0);
    });
}
