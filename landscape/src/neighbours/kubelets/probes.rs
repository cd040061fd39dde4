//! The kubelets' own probes: a kubelet misses the pods of its node once the guest has taken their range, says so in events
//! with the reason `Unhealthy`, and takes their readiness away.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Kubelets, Place, TAKES_ALIASES};
use crate::json::text;
use crate::neighbours::Result;
use crate::neighbours::objects::{Kind, Objects};

/// Pause between two rounds, on the wall clock, while some guest takes alias ranges, and while none does.
const ROUND: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(10);

/// The pods that are missed, by namespace and name.
type Missed = BTreeMap<(String, String), Since>;

/// How long a pod is missed.
struct Since {
    began: Timestamp,
    /// Probes that were told.
    told: u64,
}

impl Kubelets {
    /// Runs for ever; failures are logged and tried again.
    pub async fn run(self) {
        let mut missed = Missed::new();
        loop {
            let pause = match self.round(&mut missed).await {
                Ok(0) => IDLE,
                Ok(_) => ROUND,
                Err(error) => {
                    tracing::warn!(%error, "kubelets");
                    ROUND
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Probes the pods of all nodes whose guests may take alias ranges; returns how many nodes that are. Where no guest has taken any, and
    /// no pod is missed since earlier, there is nothing that a probe could find, and pods are not listed.
    async fn round(&self, missed: &mut Missed) -> Result<usize> {
        let nodes = self.nodes.list(&format!("{TAKES_ALIASES}=true")).await?;
        let mut taken = BTreeMap::new();
        for node in &nodes {
            let reach = self.reach(&Place::of(node)).await?;
            taken.insert(text(node, "/metadata/name"), reach.is_taken_by_the_guest());
        }
        if missed.is_empty() && !taken.values().any(|taken| *taken) {
            return Ok(nodes.len());
        }
        for namespace in ["default", "kube-system"] {
            let pods = Objects::within(&self.world.shoot_api, Kind::Pod, namespace);
            for pod in pods.list("").await? {
                if let Some(taken) = taken.get(text(&pod, "/spec/nodeName")) {
                    self.probe(&pods, &pod, *taken, missed).await?;
                }
            }
        }
        Ok(nodes.len())
    }

    /// Probes one pod, which its kubelet misses if `taken`.
    async fn probe(&self, pods: &Objects, pod: &Value, taken: bool, missed: &mut Missed) -> Result<()> {
        let Some((period, threshold)) = cadence(pod) else { return Ok(()) };
        let (now, name) = (self.world.time.now(), text(pod, "/metadata/name"));
        let key = (text(pod, "/metadata/namespace").to_owned(), name.to_owned());
        if !taken {
            return match missed.remove(&key) {
                Some(since) if since.told >= threshold => self.ready(pods, name, true, now).await,
                _ => Ok(()),
            };
        }
        let since = missed.entry(key).or_insert(Since { began: now, told: 0 });
        let passed = u64::try_from(now.duration_since(since.began).as_secs()).unwrap_or_default();
        let failures = passed / period;
        if failures == since.told {
            return Ok(());
        }
        let before = std::mem::replace(&mut since.told, failures);
        self.tell(pod, failures, now).await?;
        if before < threshold && failures >= threshold {
            self.ready(pods, name, false, now).await?;
        }
        Ok(())
    }

    async fn ready(&self, pods: &Objects, name: &str, ready: bool, now: Timestamp) -> Result<()> {
        let status = if ready { "True" } else { "False" };
        let condition = json!({"type": "Ready", "status": status, "lastTransitionTime": seconds(now)});
        pods.merge_status(name, &json!({"status": {"conditions": [condition]}})).await
    }

    /// Writes the event of a pod whose probe has failed `count` times.
    async fn tell(&self, pod: &Value, count: u64, now: Timestamp) -> Result<()> {
        let (namespace, name) = (text(pod, "/metadata/namespace"), text(pod, "/metadata/name"));
        let events = Objects::within(&self.world.shoot_api, Kind::Event, namespace);
        let event = format!("{name}.unhealthy");
        events
            .ensure(json!({
                "apiVersion": "v1", "kind": "Event",
                "metadata": {"name": event, "namespace": namespace},
                "type": "Warning", "reason": "Unhealthy", "message": "Readiness probe failed: no answer",
                "involvedObject": {
                    "apiVersion": "v1", "kind": "Pod", "namespace": namespace, "name": name,
                    "uid": text(pod, "/metadata/uid"),
                },
                "source": {"component": "kubelet"},
                "firstTimestamp": seconds(now),
            }))
            .await?;
        events.merge(&event, &json!({"count": count, "lastTimestamp": seconds(now)})).await
    }
}

/// Period and threshold of the probe over the network of a pod on the pod network, if it has one.
fn cadence(pod: &Value) -> Option<(u64, u64)> {
    if pod.pointer("/spec/hostNetwork") == Some(&Value::Bool(true)) {
        return None;
    }
    let probes = ["readinessProbe", "livenessProbe"].into_iter();
    let mut probes = probes.filter_map(|probe| pod.pointer(&format!("/spec/containers/0/{probe}")));
    let probe = probes.find(|probe| probe.get("exec").is_none())?;
    let number = |field| probe.get(field).and_then(Value::as_u64);
    Some((number("periodSeconds")?.max(1), number("failureThreshold")?))
}

fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
