//! The machine controller's health check: it replaces what was cut off for ten minutes, and nothing else.

use serde_json::json;

use super::{add_node, network_unavailable, pass, prepared};
use crate::neighbours::World;
use crate::neighbours::machines::{Health, Machines};
use crate::neighbours::objects::{Kind, Objects};

async fn mark(world: &World, name: &str, status: &str) {
    let conditions = json!([{"type": "NetworkUnavailable", "status": status}]);
    let nodes = Objects::cluster_wide(&world.shoot_api, Kind::Node);
    nodes.merge_status(name, &json!({"status": {"conditions": conditions}})).await.unwrap();
}

async fn names(world: &World) -> Vec<String> {
    let nodes = Objects::cluster_wide(&world.shoot_api, Kind::Node).list("").await.unwrap();
    nodes.iter().map(|node| node["metadata"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_is_cut_off_for_ten_minutes_is_replaced() {
    let (world, _) = prepared().await;
    add_node(&world, "bad", "100.96.0.0/24").await;
    add_node(&world, "good", "100.96.1.0/24").await;
    mark(&world, "bad", "True").await;
    mark(&world, "good", "False").await;
    let _health = tokio::spawn(Health::new(Machines::new(&world, 1)).run());
    pass(&world, 590).await;
    assert_eq!(names(&world).await, ["bad", "good"]);

    pass(&world, 30).await;
    let names = names(&world).await;
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(!names.contains(&"bad".to_owned()), "{names:?}");
    let replacement = names.iter().find(|name| *name != "good").unwrap();
    assert_eq!(
        network_unavailable(&world, replacement).await.as_deref(),
        Some("True"),
        "it has no route yet"
    );
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_recovers_starts_anew() {
    let (world, _) = prepared().await;
    add_node(&world, "a", "100.96.0.0/24").await;
    mark(&world, "a", "True").await;
    let _health = tokio::spawn(Health::new(Machines::new(&world, 1)).run());
    pass(&world, 500).await;
    mark(&world, "a", "False").await;
    pass(&world, 20).await;
    mark(&world, "a", "True").await;
    pass(&world, 500).await;
    assert_eq!(names(&world).await, ["a"]);
}
