//! The way back while a route is missing: it is waited for, then told with its VM, and forward stays free.

use std::time::Duration;

use landscape::neighbours::ccm::owned_routes;
use serde_json::Value;

use crate::support::{Setup, Simulation, block_on, distant, journal};

/// The longest time that routes are waited for, and what a restart and the pauses between two runs may add.
const PATIENCE: Duration = Duration::from_secs(600 + 90);

fn error(object: &Value) -> &str {
    object["status"]["lastError"]["description"].as_str().unwrap_or_default()
}

/// A VM that bears its alias has lost its route, and Google lets the cloud-controller-manager make none beside the pod range.
#[test]
fn a_route_that_does_not_come_is_an_error_after_ten_minutes_over_a_restart_and_forward_stays_free() {
    block_on(async {
        let mut simulation = Simulation::start(&Setup::new(3, 960)).await;
        let machines = simulation.journey.prepare().await.unwrap().machines;
        simulation.add_ipv6().await;
        simulation.until("the freeze", |object| journal(object, "frozen-at").is_string()).await;
        let gardenlet = simulation.journey.gardenlet();
        gardenlet.set_families(&["IPv4"]).await.unwrap();
        gardenlet.deploy_infrastructure().await.unwrap();
        let (cloud, shoot) = (simulation.world.cloud.clone(), simulation.world.shoot.clone());
        let routes = owned_routes(&cloud, &shoot).await.unwrap();
        let of_first = routes.iter().find(|route| route.to_string().contains(&machines[0].pod_cidr)).unwrap();
        cloud.delete(&format!("global/routes/{}", of_first["name"].as_str().unwrap())).await.unwrap();

        let awaited = |object: &Value| {
            journal(object, "settled-from").as_str().is_some_and(|text| text.starts_with("U1 "))
        };
        simulation.until("U2", awaited).await;
        let begun = simulation.world.time.elapsed();
        simulation.world.time.sleep(Duration::from_secs(300)).await;
        assert!(!error(&simulation.infrastructure().await).contains("U2: in"));
        simulation.hand_over(distant(&simulation.seed, 961));
        let object = simulation.until("the error", |object| error(object).contains("U2: in 600 s")).await;
        let waited = simulation.world.time.elapsed() - begun;
        assert!(waited >= Duration::from_secs(600) && waited < PATIENCE, "{waited:?}");
        let text = error(&object);
        assert!(text.contains(&machines[0].name) && !text.contains(&machines[1].name), "{text}");
        assert_eq!(object["status"]["lastError"].get("codes"), None, "{text}");
        assert!(simulation.aliases(&machines[0]).await.contains(&machines[0].pod_cidr));

        simulation.add_ipv6().await;
        simulation.assert_hitless_end("forward again").await;
    });
}
