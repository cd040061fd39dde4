//! Gardener's constraint on a Shoot whose nodes are on their way to dual-stack, in the Cluster object.

use serde_json::{Value, json};

use super::objects::{Kind, Objects};
use super::{Result, World};
use crate::json::text;

const TYPE: &str = "DualStackNodesMigrationReady";

/// Sets the constraint to `Progressing`: the families have changed, the nodes have not followed yet.
pub async fn set(world: &World) -> Result<()> {
    let now = world.time.now().to_string();
    let constraint = json!({
        "type": TYPE, "status": "Progressing", "reason": "NodesNotMigrated",
        "message": "The nodes have not been migrated to dual-stack networking yet.",
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
