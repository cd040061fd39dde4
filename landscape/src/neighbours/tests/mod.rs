//! Stand-ins against the seed in memory and a table of routes, in virtual time.

mod ccm;
mod control_plane;
mod decoding;
mod gardenlet;
mod health;
mod route_table;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::objects::{Kind, Objects};
use super::{Shoot, World};
use crate::cloud::Cloud;
use crate::seed::MemorySeed;
use crate::time::Time;
use route_table::RouteTable;

pub(crate) fn world() -> (World, Arc<RouteTable>) {
    let time = Time::virtual_from("2026-09-01T10:00:00Z".parse().unwrap());
    let seed = MemorySeed::new(move || time.now()).unwrap();
    let shoot = Shoot::new("shoot--p--a", "p");
    let routes = Arc::new(RouteTable::default());
    let cloud = Cloud::new(Arc::clone(&routes) as Arc<_>, "p", time);
    (World { seed: seed.client(), shoot_api: seed.client(), cloud, time, shoot }, routes)
}

/// A world whose shoot has its namespace.
async fn prepared() -> (World, Arc<RouteTable>) {
    let (world, routes) = world();
    super::gardenlet::Gardenlet::new(&world).prepare(&Default::default()).await.unwrap();
    (world, routes)
}

pub(crate) async fn pass(world: &World, seconds: u64) {
    world.time.sleep(Duration::from_secs(seconds)).await;
}

fn objects(world: &World, kind: Kind) -> Objects {
    Objects::within(&world.seed, kind, &world.shoot.name)
}

async fn add_node(world: &World, name: &str, pod_cidr: &str) {
    let node = json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
        "spec": {
            "providerID": format!("gce://p/europe-west1-b/{name}"),
            "podCIDR": pod_cidr, "podCIDRs": [pod_cidr],
        },
    });
    let nodes = Objects::cluster_wide(&world.shoot_api, Kind::Node);
    nodes.ensure(node).await.unwrap();
    let ready = json!({"status": {"conditions": [{"type": "Ready", "status": "True"}]}});
    nodes.merge_status(name, &ready).await.unwrap();
}

async fn network_unavailable(world: &World, name: &str) -> Option<String> {
    let node = Objects::cluster_wide(&world.shoot_api, Kind::Node).get(name).await.unwrap();
    let conditions = node.pointer("/status/conditions")?.as_array()?.clone();
    let condition = conditions.into_iter().find(|condition| condition["type"] == "NetworkUnavailable")?;
    condition["status"].as_str().map(str::to_owned)
}

fn replicas(deployment: &Value) -> Option<u64> {
    deployment.pointer("/spec/replicas").and_then(Value::as_u64)
}
