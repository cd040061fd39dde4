//! The pods of the CCM's Deployment: one while it is scaled up, gone some time after it is scaled down.
//!
//! This part plays Deployment controller and kubelet in one. A pod told to stop never comes back; another takes its place.
//! One that has ended may stay listed, as one that was evicted does, until somebody deletes it.

use std::pin::pin;
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _, stream};
use serde_json::{Value, json};

use super::arguments;
use super::containers::Containers;
use crate::json::text;
use crate::neighbours::controlplane::labels;
use crate::neighbours::managed_resource::CCM;
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{Result, World};
use crate::time::Time;

/// Time from a change to what Deployment controller and kubelet do about it, and from a failure to the next try.
const REACTION: Duration = Duration::from_millis(500);
const SELECTOR: &str = "app=kubernetes,role=cloud-controller-manager";

pub(super) struct Pods<C> {
    deployments: Objects,
    pods: Objects,
    namespace: String,
    time: Time,
    ended_phase: Option<&'static str>,
    started: u32,
    containers: C,
}

impl<C: Containers> Pods<C> {
    /// The pods in the world's seed with their `containers`; one that has ended stays listed in `ended_phase`, or is gone.
    pub(super) fn new(world: &World, ended_phase: Option<&'static str>, containers: C) -> Self {
        let namespace = world.shoot.name.clone();
        Self {
            deployments: Objects::within(&world.seed, Kind::Deployment, &namespace),
            pods: Objects::within(&world.seed, Kind::Pod, &namespace),
            namespace,
            time: world.time,
            ended_phase,
            started: 0,
            containers,
        }
    }

    pub(super) async fn run(mut self) {
        let mut changes = pin!(stream::select(self.deployments.changes(), self.pods.changes()));
        loop {
            let due = match self.reconcile().await {
                Ok(()) => self.containers.next_end(),
                Err(error) => {
                    tracing::warn!(%error, "pods of the cloud-controller-manager");
                    Some(REACTION)
                }
            };
            tokio::select! {
                _ = changes.next() => self.time.sleep(REACTION).await,
                () = self.pause(due) => {}
            }
            // What came until now is seen by the next look, all of it at once.
            while changes.next().now_or_never().is_some() {}
        }
    }

    /// Sleeps for a duration; for ever, if there is none.
    async fn pause(&self, duration: Option<Duration>) {
        match duration {
            Some(duration) => self.time.sleep(duration).await,
            None => std::future::pending().await,
        }
    }

    async fn reconcile(&mut self) -> Result<()> {
        let Some(deployment) = self.deployments.find(CCM).await? else { return Ok(()) };
        let wanted = deployment.pointer("/spec/replicas").and_then(Value::as_u64).unwrap_or(1) > 0;
        let template = deployment.pointer("/spec/template/spec");
        let mut serving = 0_u64;
        let mut pods = self.pods.list(SELECTOR).await?;
        pods.retain(|pod| !has_ended(pod));
        self.containers.begin(&pods.iter().map(name).collect::<Vec<_>>());
        for pod in &pods {
            let (name, own) = (name(pod), arguments(pod.get("spec")));
            let current = wanted && own == arguments(template);
            if current && !self.containers.is_stopping(name) {
                self.containers.run(name, &own);
                serving += 1;
            } else if self.containers.stop(name, &own) {
                self.end(name).await?;
                self.containers.forget(name);
            }
        }
        if wanted && serving == 0 {
            let name = self.start(template).await?;
            self.containers.run(&name, &arguments(template));
            serving = 1;
        }
        self.containers.settle();
        self.report(&deployment, serving).await
    }

    async fn end(&self, name: &str) -> Result<()> {
        match self.ended_phase {
            Some(phase) => self.pods.merge_status(name, &json!({"status": {"phase": phase}})).await,
            None => self.pods.delete(name).await,
        }
    }

    /// Creates a pod and returns its name.
    async fn start(&mut self, template: Option<&Value>) -> Result<String> {
        self.started += 1;
        let name = format!("{CCM}-{}", self.started);
        let metadata = json!({"name": name, "namespace": self.namespace, "labels": labels()});
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template});
        self.pods.ensure(pod).await?;
        let ready = json!([{"type": "Ready", "status": "True"}]);
        self.pods.merge_status(&name, &json!({"status": {"phase": "Running", "conditions": ready}})).await?;
        Ok(name)
    }

    async fn report(&self, deployment: &Value, serving: u64) -> Result<()> {
        let generation = deployment.pointer("/metadata/generation").cloned().unwrap_or(Value::Null);
        let status = json!({
            "replicas": serving,
            "readyReplicas": serving,
            "availableReplicas": serving,
            "updatedReplicas": serving,
            "observedGeneration": generation,
        });
        let reported =
            |field: &str| deployment.pointer("/status").and_then(|status| status.get(field)).cloned();
        let replicas = reported("replicas").and_then(|value| value.as_u64()).unwrap_or(0);
        if replicas == serving && reported("observedGeneration").unwrap_or(Value::Null) == generation {
            return Ok(());
        }
        self.deployments.merge_status(CCM, &json!({"status": status})).await
    }
}

/// Whether all containers of a pod have ended for good.
fn has_ended(pod: &Value) -> bool {
    matches!(text(pod, "/status/phase"), "Succeeded" | "Failed")
}

fn name(pod: &Value) -> &str {
    text(pod, "/metadata/name")
}
