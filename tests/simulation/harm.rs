//! No harm: whatever keeps a migration from going on, the cluster is left working and told of it.

use std::time::Duration;

use landscape::neighbours::ccm::owned_routes;
use landscape::neighbours::objects::{Kind, Objects};
use serde_json::{Value, json};

use crate::support::{Setup, Simulation, block_on};

/// The error of the Infrastructure once it has one.
async fn error(simulation: &Simulation) -> Value {
    let failed = simulation.until("an error", |object| object["status"]["lastError"].is_object()).await;
    failed["status"]["lastError"].clone()
}

/// Routes, gaps, and whether the cloud-controller-manager is on its own again.
async fn assert_unharmed(simulation: &Simulation, nodes: usize) {
    let world = &simulation.world;
    // Longer than any lag, and than the resource manager's next round.
    world.time.sleep(Duration::from_secs(60)).await;
    assert_eq!(owned_routes(&world.cloud, &world.shoot).await.unwrap().len(), nodes);
    let ledger = world.cloud.ledger().await.unwrap();
    assert_eq!((ledger.gaps.len(), ledger.states.none), (0, 0), "{ledger:?}");
    let resources = Objects::within(&world.seed, Kind::ManagedResource, &world.shoot.name);
    let resource = resources.get("extension-controlplane-seed").await.unwrap();
    let annotations = &resource["metadata"]["annotations"];
    assert_eq!(annotations["resources.gardener.cloud/ignore"], Value::Null, "{annotations}");
    let deployments = Objects::within(&world.seed, Kind::Deployment, &world.shoot.name);
    let deployment = deployments.get("cloud-controller-manager").await.unwrap();
    assert_eq!(deployment["spec"]["replicas"], 1);
}

#[test]
fn a_refused_migration_has_changed_nothing() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 30)).await;
        let world = &simulation.world;
        let machines = simulation.story.prepare().await.unwrap().machines;
        simulation.add_route_of_others(&machines[0]).await;
        let before = world.cloud.requests("gardener-extension-infra-gcp", 0).await.unwrap();
        simulation.add_ipv6().await;
        let error = error(&simulation).await;
        let text = error["description"].as_str().unwrap();
        assert!(
            text.contains("M1: refused before anything was changed: route theirs (100.97.0.0/16)"),
            "{text}"
        );
        assert_eq!(error["codes"], json!(["ERR_CONFIGURATION_PROBLEM"]));
        let after = world.cloud.requests("gardener-extension-infra-gcp", before.next_seq).await.unwrap();
        assert_eq!(after.mutations, 0);
        assert!(after.reads > 0);
        assert_eq!(simulation.infrastructure().await["status"]["state"]["routes"], Value::Null);
        assert_unharmed(&simulation, 3).await;
    });
}

#[test]
fn a_ccm_that_does_not_stop_is_released_again() {
    block_on(async {
        let setup = Setup { ccm_stop_delay: Duration::from_secs(1200), ..Setup::new(3, 31) };
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        let error = error(&simulation).await;
        let text = error["description"].as_str().unwrap();
        assert!(text.contains("M7: the cloud-controller-manager has not stopped within 300 s"), "{text}");
        assert_eq!(error["codes"], Value::Null, "gardenlet must go on retrying: {error}");
        // Between this try and the next one the cluster has its controller back.
        let released = simulation
            .until("the release", |object| object["status"]["state"]["data"]["migration/frozen-at"].is_null())
            .await;
        assert_eq!(released["status"]["state"]["data"]["migration/phase"], "preparing");
        let ledger = simulation.world.cloud.ledger().await.unwrap();
        assert_eq!(ledger.gaps.len(), 0, "{ledger:?}");
    });
}

#[test]
fn a_user_who_goes_back_before_the_point_of_no_return_gets_everything_back_as_it_was() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 32)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation
            .until("the freeze", |object| {
                object["status"]["state"]["data"]["migration/frozen-at"].is_string()
            })
            .await;
        simulation.story.gardenlet().set_families(&["IPv4"]).await.unwrap();
        let finished = simulation
            .until("success", |object| object["status"]["lastOperation"]["state"] == "Succeeded")
            .await;
        assert_eq!(finished["status"]["networking"]["nodes"].as_array().unwrap().len(), 1);
        assert_eq!(finished["status"]["state"].get("routes"), None);
        assert_unharmed(&simulation, 3).await;
    });
}

#[test]
fn a_user_who_goes_back_after_it_gets_a_finished_migration_with_both_families_reported() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 33)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation
            .until("the point of no return", |object| {
                object["status"]["state"]["data"]["migration/phase"] == "deleting"
            })
            .await;
        simulation.story.gardenlet().set_families(&["IPv4"]).await.unwrap();
        let finished = simulation
            .until("success", |object| object["status"]["lastOperation"]["state"] == "Succeeded")
            .await;
        let networks = &finished["status"]["providerStatus"]["networks"];
        assert_eq!(networks["ipfamilies"], json!(["IPv4", "IPv6"]));
        assert_eq!(finished["status"]["networking"]["nodes"].as_array().unwrap().len(), 2);
        let world = &simulation.world;
        let ledger = world.cloud.ledger().await.unwrap();
        assert_eq!((ledger.states.alias, ledger.gaps.len()), (3, 0), "{ledger:?}");
        assert_eq!(owned_routes(&world.cloud, &world.shoot).await.unwrap().len(), 0);
    });
}

#[test]
fn a_state_that_cannot_be_read_is_left_as_it_is_and_nothing_is_changed() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 34)).await;
        let world = &simulation.world;
        simulation.story.prepare().await.unwrap();
        let garbage = json!([{ "instanceName": "vm", "destinationCIDR": "abc", "zone": "z" }]);
        let objects = Objects::within(&world.seed, Kind::Infrastructure, &world.shoot.name);
        let patch = json!({ "status": { "state": { "routes": garbage } } });
        objects.merge_status(world.shoot.object_name(), &patch).await.unwrap();
        let before = world.cloud.requests("gardener-extension-infra-gcp", 0).await.unwrap();
        simulation.add_ipv6().await;
        let error = error(&simulation).await;
        let text = error["description"].as_str().unwrap();
        assert!(
            text.contains("status.state.routes[0].destinationCIDR is \"abc\", wanted an IPv4 range"),
            "{text}"
        );
        assert_eq!(simulation.infrastructure().await["status"]["state"]["routes"], garbage);
        let after = world.cloud.requests("gardener-extension-infra-gcp", before.next_seq).await.unwrap();
        assert_eq!(after.mutations, 0);
    });
}
