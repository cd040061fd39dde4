//! The gardener-resource-manager's part: it applies ManagedResource `extension-controlplane-seed`, which here
//! means that it puts the cloud-controller-manager back to one replica, unless the ignore annotation stands.
//!
//! Read and apply are two calls, as in life: a pass that has read before the annotation came applies once more.

use std::time::Duration;

use serde_json::{Value, json};

use super::managed_resource::{CCM, IGNORE, MANAGED_RESOURCE};
use super::objects::{Kind, Objects};
use super::{Result, World};
use crate::time::Time;

/// The resource manager, one reconcile after the other.
#[derive(Clone)]
pub struct ResourceManager {
    managed_resources: Objects,
    deployments: Objects,
    time: Time,
    period: Duration,
    /// Time of one reconcile from reading to applying.
    pub apply_delay: Duration,
}

impl ResourceManager {
    /// A resource manager that reconciles every three seconds and takes half a second for it.
    pub fn new(world: &World) -> Self {
        Self {
            managed_resources: Objects::within(&world.seed, Kind::ManagedResource, &world.shoot.name),
            deployments: Objects::within(&world.seed, Kind::Deployment, &world.shoot.name),
            time: world.time,
            period: Duration::from_secs(3),
            apply_delay: Duration::from_millis(500),
        }
    }

    /// Reconciles for ever; failures are logged and tried again.
    pub async fn run(self) {
        loop {
            if let Err(error) = self.reconcile().await {
                tracing::warn!(%error, "resource manager");
            }
            self.time.sleep(self.period).await;
        }
    }

    /// Reconciles once; without the ManagedResource there is nothing to do.
    pub async fn reconcile(&self) -> Result<()> {
        let Some(resource) = self.managed_resources.find(MANAGED_RESOURCE).await? else { return Ok(()) };
        let ignored =
            resource.pointer("/metadata/annotations").and_then(|all| all.get(IGNORE)) == Some(&json!("true"));
        if ignored {
            return self
                .report(&resource, "ManagedResourceIgnored", "ManagedResource is marked to be ignored.")
                .await;
        }
        self.time.sleep(self.apply_delay).await;
        if let Some(deployment) = self.deployments.find(CCM).await?
            && deployment.pointer("/spec/replicas") != Some(&json!(1))
        {
            self.deployments.merge(CCM, &json!({"spec": {"replicas": 1}})).await?;
        }
        self.report(&resource, "ApplySucceeded", "All resources are applied.").await
    }

    async fn report(&self, resource: &Value, reason: &str, message: &str) -> Result<()> {
        let reported = resource.pointer("/status/conditions/0/reason").and_then(Value::as_str);
        if reported == Some(reason) {
            return Ok(());
        }
        let now = self.time.now().to_string();
        let condition = |kind: &str, status: &str| {
            json!({
                "type": kind, "status": status, "reason": reason, "message": message,
                "lastTransitionTime": now, "lastUpdateTime": now,
            })
        };
        let conditions = json!([
            condition("ResourcesApplied", "True"),
            condition("ResourcesHealthy", "True"),
            condition("ResourcesProgressing", "False"),
        ]);
        self.managed_resources
            .merge_status(MANAGED_RESOURCE, &json!({"status": {"conditions": conditions}}))
            .await
    }
}
