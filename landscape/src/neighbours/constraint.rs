//! Gardener's constraint on a Shoot whose nodes are on their way to dual-stack, in the Cluster object.

use serde_json::{Value, json};

use super::objects::{Kind, Objects};
use super::{Result, World};
use crate::json::{at, text};

const TYPE: &str = "DualStackNodesMigrationReady";

/// Sets the constraint to `Progressing`: the families have changed, the nodes have not followed yet.
pub async fn set(world: &World) -> Result<()> {
    say(world, false).await
}

/// Sets the constraint by the Nodes: `True` once each of them has a pod range of either family. Returns its status.
pub async fn follow(world: &World) -> Result<&'static str> {
    let nodes = Objects::cluster_wide(&world.shoot_api, Kind::Node).list("").await?;
    let ranges = |node: &Value| at(node, "/spec/podCIDRs").as_array().map_or(0, Vec::len);
    let have_followed = !nodes.is_empty() && nodes.iter().all(|node| ranges(node) == 2);
    say(world, have_followed).await?;
    Ok(status(have_followed))
}

fn status(have_followed: bool) -> &'static str {
    if have_followed { "True" } else { "Progressing" }
}

async fn say(world: &World, have_followed: bool) -> Result<()> {
    let now = world.time.now().to_string();
    let (reason, message) = match have_followed {
        true => ("NodesMigrated", "All nodes have been migrated to dual-stack networking."),
        false => ("NodesNotMigrated", "The nodes have not been migrated to dual-stack networking yet."),
    };
    let constraint = json!({
        "type": TYPE, "status": status(have_followed), "reason": reason, "message": message,
        "lastTransitionTime": now, "lastUpdateTime": now,
    });
    replace(world, Some(constraint)).await
}

/// Removes the constraint: the network reports both families.
pub async fn lift(world: &World) -> Result<()> {
    replace(world, None).await
}

async fn replace(world: &World, constraint: Option<Value>) -> Result<()> {
    let clusters = Objects::cluster_wide(&world.seed, Kind::Cluster);
    let cluster = clusters.get(&world.shoot.name).await?;
    let present = cluster.pointer("/spec/shoot/status/constraints").and_then(Value::as_array);
    let mut constraints = present.cloned().unwrap_or_default();
    constraints.retain(|present| text(present, "/type") != TYPE);
    constraints.extend(constraint);
    let patch = json!({"spec": {"shoot": {"status": {"constraints": constraints}}}});
    clusters.merge(&world.shoot.name, &patch).await
}
