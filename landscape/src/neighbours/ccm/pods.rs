//! The pods of the CCM's Deployment: one while it is scaled up, gone some time after it is scaled down.
//!
//! This part plays Deployment controller and kubelet in one. A pod told to stop never comes back; another takes its place.
//! One that has ended may stay listed, as one that was evicted does, until somebody deletes it.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Ccm, arguments, makes_routes};
use crate::json::text;
use crate::neighbours::Result;
use crate::neighbours::controlplane::labels;
use crate::neighbours::managed_resource::CCM;
use crate::neighbours::objects::{Kind, Objects};
use crate::time::Time;

/// Time from a change to what Deployment controller and kubelet do about it, and from a failure to the next try.
const REACTION: Duration = Duration::from_millis(500);
const SELECTOR: &str = "app=kubernetes,role=cloud-controller-manager";

pub(super) struct Pods {
    deployments: Objects,
    pods: Objects,
    namespace: String,
    time: Time,
    stop_delay: Duration,
    ended_phase: Option<&'static str>,
    /// Pods that were told to stop, and when (landscape time).
    stopping: BTreeMap<String, Duration>,
    started: u32,
    routing: watch::Sender<bool>,
}

impl Pods {
    pub(super) fn new(ccm: &Ccm, routing: watch::Sender<bool>) -> Self {
        let Ccm { world, stop_delay, ended_phase, .. } = ccm;
        let namespace = world.shoot.name.clone();
        Self {
            deployments: Objects::within(&world.seed, Kind::Deployment, &namespace),
            pods: Objects::within(&world.seed, Kind::Pod, &namespace),
            namespace,
            time: world.time,
            stop_delay: *stop_delay,
            ended_phase: *ended_phase,
            stopping: BTreeMap::new(),
            started: 0,
            routing,
        }
    }

    pub(super) async fn run(mut self) {
        let mut changes = pin!(stream::select(self.deployments.changes(), self.pods.changes()));
        loop {
            let due = match self.reconcile().await {
                Ok(()) => self.next_stop(),
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

    /// Time until the first of the pods that were told to stop has stopped.
    fn next_stop(&self) -> Option<Duration> {
        let first = self.stopping.values().min()?;
        Some((*first + self.stop_delay).saturating_sub(self.time.elapsed()))
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
        let mut routing = false;
        let pods = self.pods.list(SELECTOR).await?;
        self.stopping.retain(|name, _| pods.iter().any(|pod| text(pod, "/metadata/name") == name));
        for pod in pods.into_iter().filter(|pod| !has_ended(pod)) {
            let name = text(&pod, "/metadata/name").to_owned();
            let current = wanted && arguments(pod.get("spec")) == arguments(template);
            if current && !self.stopping.contains_key(&name) {
                serving += 1;
            } else if self.has_stopped(&name) {
                self.end(&name).await?;
                self.stopping.remove(&name);
                continue;
            }
            routing |= makes_routes(&arguments(pod.get("spec")));
        }
        if wanted && serving == 0 {
            self.start(template).await?;
            serving = 1;
            routing |= makes_routes(&arguments(template));
        }
        self.routing.send_replace(routing);
        self.report(&deployment, serving).await
    }

    /// Whether a pod that is to stop has stopped: the delay has passed since the first call.
    fn has_stopped(&mut self, name: &str) -> bool {
        let now = self.time.elapsed();
        let since = *self.stopping.entry(name.to_owned()).or_insert(now);
        now.saturating_sub(since) >= self.stop_delay
    }

    async fn end(&self, name: &str) -> Result<()> {
        match self.ended_phase {
            Some(phase) => self.pods.merge_status(name, &json!({"status": {"phase": phase}})).await,
            None => self.pods.delete(name).await,
        }
    }

    async fn start(&mut self, template: Option<&Value>) -> Result<()> {
        self.started += 1;
        let name = format!("{CCM}-{}", self.started);
        let metadata = json!({"name": name, "namespace": self.namespace, "labels": labels()});
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template});
        self.pods.ensure(pod).await?;
        let ready = json!([{"type": "Ready", "status": "True"}]);
        self.pods.merge_status(&name, &json!({"status": {"phase": "Running", "conditions": ready}})).await
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
