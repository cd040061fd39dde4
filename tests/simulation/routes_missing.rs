//! The way back while a route is missing: it is waited for, then told with its VM, and forward stays free.

use std::time::Duration;

use fake_gcp::settings::Verdict;
use landscape::neighbours::ccm::owned_routes;
use landscape::neighbours::controlplane;
use landscape::neighbours::objects::{Kind, Objects};
use serde_json::{Value, json};

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
        let mut setup = Setup::new(3, 960);
        setup.cloud.switches.route_inside_flagged_range = Verdict::Refuse;
        let mut simulation = Simulation::start(&setup).await;
        let machines = simulation.story.prepare().await.unwrap().machines;
        simulation.add_ipv6().await;
        simulation.until("the freeze", |object| journal(object, "frozen-at").is_string()).await;
        let gardenlet = simulation.story.gardenlet();
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

/// No cloud-controller-manager is there, so IPv4 is reported with an alias in place; then the control plane follows.
#[test]
fn aliases_that_wait_for_the_control_plane_are_taken_up_by_another_process_too() {
    block_on(async {
        let mut setup = Setup::new(2, 970);
        setup.cloud.switches.route_inside_flagged_range = Verdict::Accept;
        let mut simulation = Simulation::start(&setup).await;
        let machines = simulation.story.prepare().await.unwrap().machines;
        simulation.add_ipv6().await;
        let settles = |object: &Value| {
            journal(object, "settled-from").as_str().is_some_and(|text| text.starts_with("M6 "))
        };
        simulation.until("M6", settles).await;
        let world = simulation.world.clone();
        // It is as in a shoot that is hibernated.
        let objects = |kind| Objects::within(&world.seed, kind, &world.shoot.name);
        objects(Kind::ManagedResource).delete("extension-controlplane-seed").await.unwrap();
        let none = json!({ "spec": { "replicas": 0 } });
        objects(Kind::Deployment).merge("cloud-controller-manager", &none).await.unwrap();
        while !objects(Kind::Pod).list("").await.unwrap().is_empty() {
            world.time.sleep(Duration::from_secs(1)).await;
        }
        // Until the aliases have reached every host.
        world.time.sleep(Duration::from_secs(15)).await;
        let routes = owned_routes(&world.cloud, &world.shoot).await.unwrap();
        let name = routes.iter().find(|route| route.to_string().contains(&machines[0].pod_cidr)).unwrap();
        world.cloud.delete(&format!("global/routes/{}", name["name"].as_str().unwrap())).await.unwrap();
        let gardenlet = simulation.story.gardenlet();
        gardenlet.set_families(&["IPv4"]).await.unwrap();
        gardenlet.deploy_infrastructure().await.unwrap();
        let reported = |object: &Value| {
            object["metadata"]["annotations"].get("gardener.cloud/operation").is_none()
                && object["status"]["lastOperation"]["state"] == "Succeeded"
        };
        let object = simulation.until("the report", reported).await;
        assert_eq!(journal(&object, "phase"), "preparing", "{:#}", object["status"]);
        assert_eq!(object["status"]["networking"]["nodes"].as_array().map(Vec::len), Some(1));
        assert!(simulation.aliases(&machines[0]).await.contains(&machines[0].pod_cidr));

        // What the old process meant to do two minutes later is lost with it.
        simulation.hand_over(distant(&simulation.seed, 971));
        world.time.sleep(Duration::from_secs(30)).await;
        controlplane::deploy(&world).await.unwrap();
        let object = simulation
            .until("the end", |object| journal(object, "phase").is_null() && reported(object))
            .await;
        let aliases = simulation.aliases(&machines[0]).await;
        assert!(!aliases.contains(&machines[0].pod_cidr), "{aliases:?}: {:#}", object["status"]);
        simulation.assert_hitless("taken back").await;
    });
}
