//! Clocks that are put back and instants that hands have written hold no migration; the settle times are kept.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Setup, Simulation, block_on, journal};

fn has_pod_range(subnet: &Value) -> bool {
    let mut ranges = subnet["secondaryIpRanges"].as_array().into_iter().flatten();
    ranges.any(|range| range["rangeName"] == "ipv4-pod-cidr")
}

#[test]
fn a_clock_put_back_by_six_hours_does_not_hold_the_migration() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 204)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        let settles = |object: &Value| {
            journal(object, "settled-from").as_str().is_some_and(|text| text.starts_with("M6"))
        };
        simulation.until("M6", settles).await;
        simulation.put_clock_back(6 * 3600);
        simulation.assert_hitless_end("clock put back in M6").await;
    });
}

#[test]
fn a_settle_instant_in_the_far_future_counts_as_now() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 205)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_flag_settles().await;
        simulation
            .edit_state(&json!({ "data": { "migration/settled-from": "M3 2099-01-01T00:00:00Z" } }))
            .await;
        simulation.assert_hitless_end("settle instant in 2099").await;
    });
}

/// Somebody takes the flag away at the end of its wait; the controller sets it again.
#[test]
fn the_settle_time_of_the_flag_counts_from_its_last_change() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 302)).await;
        let (world, settle) = (&simulation.world, Setup::new(3, 302).settings.settle);
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_flag_settles().await;
        world.time.sleep(settle - Duration::from_secs(3)).await;
        let subnet = simulation.nodes_subnet().await;
        assert!(!has_pod_range(&subnet), "{subnet}");
        let patch = json!({ "fingerprint": subnet["fingerprint"], "allowSubnetCidrRoutesOverlap": false });
        world.cloud.patch(&world.shoot.nodes_subnet_path(), patch).await.unwrap();
        simulation.until_flag_on().await;
        let on = world.time.now();
        while !has_pod_range(&simulation.nodes_subnet().await) {
            world.time.sleep(Duration::from_millis(100)).await;
        }
        let waited = Duration::try_from(world.time.now().duration_since(on)).unwrap();
        assert!(waited + Duration::from_secs(5) >= settle, "the pod range came {waited:?} after the flag");
    });
}
