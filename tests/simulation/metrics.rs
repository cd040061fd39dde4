//! Where a migration stands, as `/metrics` shows it: for as long as it is under way, and no longer.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use gardener_extension_infra_gcp::serving::{self, Metrics};
use tower::ServiceExt;

use crate::support::{Setup, Simulation, block_on};

const NAMES: [&str; 5] = ["course", "step", "nodes", "nodes_done", "step_seconds"];

/// What is served at `/metrics` of the migration of a shoot: name of the metric, its own label if it has one, and value.
async fn shown(metrics: &Metrics, shoot: &str, object: &str) -> Vec<(String, String, f64)> {
    let request = http::Request::get("/metrics").body(Body::empty()).unwrap();
    let response = serving::metrics(metrics.clone()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let text = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
    let samples = text.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("gcp_infrastructure_migration_")?.split_once('{')?;
        let (labels, value) = rest.split_once("} ")?;
        let own = labels.strip_prefix(&format!("namespace=\"{shoot}\",name=\"{object}\""))?;
        Some((name.to_owned(), own.trim_start_matches(',').to_owned(), value.parse().unwrap()))
    });
    samples.collect()
}

#[test]
fn a_migration_shows_in_the_metrics_while_it_is_under_way() {
    block_on(async {
        let mut simulation = Simulation::start(&Setup::new(3, 97)).await;
        let metrics = Metrics::default();
        simulation.hand_over_to_metered(&metrics);
        simulation.story.prepare().await.unwrap();
        let (shoot, object) =
            (simulation.world.shoot.name.clone(), simulation.world.shoot.object_name().to_owned());
        assert_eq!(shown(&metrics, &shoot, &object).await, [], "nothing migrates yet");
        simulation.add_ipv6().await;
        let (mut labels, mut done, mut oldest) = (BTreeSet::new(), BTreeSet::new(), 0.0_f64);
        let both = |object: &serde_json::Value| {
            object["status"]["networking"]["nodes"].as_array().is_some_and(|nodes| nodes.len() == 2)
        };
        while !both(&simulation.infrastructure().await) {
            let samples = shown(&metrics, &shoot, &object).await;
            let names: BTreeSet<&str> = samples.iter().map(|(name, ..)| name.as_str()).collect();
            let all = NAMES.iter().all(|name| names.contains(name));
            assert!(all || !names.contains("step"), "all of them or none: {samples:?}");
            for (name, label, value) in samples {
                match name.as_str() {
                    "course" | "step" => {
                        assert_eq!(value, 1.0, "{label}");
                        labels.insert(label);
                    }
                    "nodes" => assert_eq!(value, 3.0),
                    "nodes_done" => {
                        done.insert(value.to_string());
                    }
                    "step_seconds" => oldest = oldest.max(value),
                    _ => {}
                }
            }
            simulation.world.time.sleep(Duration::from_millis(500)).await;
        }
        for label in
            ["course=\"preparing\"", "course=\"committed\"", "step=\"M5\"", "step=\"M6\"", "step=\"M9\""]
        {
            assert!(labels.contains(label), "{label}: {labels:?}");
        }
        assert!(done.contains("0") && done.contains("3"), "{done:?}");
        assert!((30.0..600.0).contains(&oldest), "one step lasts a minute, and is told so: {oldest}");
        simulation.world.time.sleep(Duration::from_secs(60)).await;
        assert_eq!(shown(&metrics, &shoot, &object).await, [], "it is over");
    });
}
