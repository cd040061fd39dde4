//! Around the point of no return: nothing late and nobody else may meet a cloud-controller-manager that makes routes again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use landscape::neighbours::ccm::owned_routes;
use landscape::neighbours::objects::{Kind, Objects};
use landscape::seed::MemorySeed;
use landscape::seed::memory::Verdict;
use serde_json::json;
use tower::ServiceExt;

use crate::support::{CloudFate, Setup, Simulation, block_on, journal};

const RECORD: &str = "\"migration/phase\":\"deleting\"";

/// A way to the seed on which the second attempt to record the point of no return arrives after `delay`, its reply being lost.
fn late(seed: &MemorySeed, delay: Duration) -> kube::Client {
    let (connection, records) = (seed.connection(), Arc::new(AtomicU32::new(0)));
    let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
        let (connection, records) = (connection.clone(), records.clone());
        async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let (parts, body) = request.into_parts();
            let bytes = body.collect_bytes().await.unwrap();
            let record =
                parts.method == http::Method::PATCH && String::from_utf8_lossy(&bytes).contains(RECORD);
            let request = http::Request::from_parts(parts, kube::client::Body::from(bytes.to_vec()));
            if record && records.fetch_add(1, Ordering::SeqCst) == 1 {
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    drop(connection.oneshot(request).await);
                });
                return Err("injected: the connection broke".into());
            }
            connection.oneshot(request).await
        }
    });
    kube::Client::new(service, "default")
}

/// The run has failed, and the freeze is being taken back, when its record arrives after all.
#[test]
fn a_late_record_of_it_does_not_meet_a_released_ccm() {
    for delay in [700, 1100, 1500, 1900].map(Duration::from_millis) {
        block_on(async {
            let mut simulation = Simulation::start(&Setup::new(3, 211)).await;
            // The first attempt meets a conflict: by the second one the progress is written, and no other write is under way.
            let mut first = true;
            simulation.seed.before(move |call| {
                let record = call.method == "PATCH" && call.body.to_string().contains(RECORD);
                if record && std::mem::take(&mut first) {
                    Verdict::Fail(409, "Conflict".to_owned())
                } else {
                    Verdict::Pass
                }
            });
            let seed = late(&simulation.seed, delay);
            simulation.hand_over(seed);
            simulation.story.prepare().await.unwrap();
            simulation.add_ipv6().await;
            simulation.until_deleting().await;
            for second in 0..120 {
                let object = simulation.infrastructure().await;
                if journal(&object, "phase") == "deleting" {
                    assert_eq!(simulation.ccm_replicas().await, 0, "{delay:?}, second {second}");
                }
                simulation.world.time.sleep(Duration::from_secs(1)).await;
            }
            simulation.assert_hitless_end(&format!("{delay:?}")).await;
        });
    }
}

#[test]
fn a_ccm_that_somebody_gives_back_while_routes_go_is_frozen_again() {
    for seed in 214..218 {
        block_on(async {
            let mut setup = Setup::new(10, seed);
            setup.settings.wave = 2;
            let simulation = Simulation::start(&setup).await;
            let world = &simulation.world;
            simulation.story.prepare().await.unwrap();
            simulation.add_ipv6().await;
            simulation.until_deleting().await;
            world.time.sleep(Duration::from_secs(8)).await;
            let resources = Objects::within(&world.seed, Kind::ManagedResource, &world.shoot.name);
            let removal = json!({ "metadata": { "annotations": {
                "resources.gardener.cloud/ignore": null,
                "gcp.provider.extensions.gardener.cloud/remove-ignore": null,
            } } });
            resources.merge("extension-controlplane-seed", &removal).await.unwrap();
            simulation.assert_hitless_end(&format!("seed {seed}")).await;
            assert_eq!(owned_routes(&world.cloud, &world.shoot).await.unwrap().len(), 0, "seed {seed}");
            assert_eq!(world.cloud.ledger().await.unwrap().states.alias, 10, "seed {seed}");
        });
    }
}

/// In a big project somebody always has one under way.
#[test]
fn inserts_of_other_shoots_routes_do_not_hold_the_migration() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 212)).await;
        simulation.story.prepare().await.unwrap();
        simulation.faults().before(|request| {
            let uri = request.uri().to_string();
            let operations = uri.contains("/global/operations?") && uri.contains("operationType");
            if request.method() != http::Method::GET || !operations {
                return CloudFate::Pass;
            }
            let routes = "https://www.googleapis.com/compute/v1/projects/my-project/global/routes";
            CloudFate::Answer(json!({ "kind": "compute#operationList", "items": [{
                "name": "operation-theirs", "operationType": "insert", "status": "RUNNING",
                "insertTime": "2026-09-01T09:00:00.000-07:00",
                "targetLink": format!("{routes}/shoot--q--z-0a1b2c3d-0001-4000-8000-000000000001"),
            }] }))
        });
        simulation.add_ipv6().await;
        simulation.assert_hitless_end("an insert of somebody else's").await;
    });
}
