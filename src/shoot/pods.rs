//! Pods, and where they answer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use planner::documents::null;
use planner::snapshot::{Endpoint, Pod, Reading};
use planner::vocabulary::Cadence;
use serde::Deserialize;

use super::Shoot;
use super::api::reading;
use crate::kubernetes::is_object_name;

/// What ends pods: those that have ended, and those that have no node, are of no interest.
const ALIVE: &str = "status.phase!=Succeeded,status.phase!=Failed";
const NAMESPACE_OF_VPN: &str = "kube-system";
const VPN: (&str, &str) = ("app", "vpn-shoot");
/// The name that ports for metrics have, which answer at [`METRICS_PATH`]; where a network policy shuts all others, as it does before
/// CoreDNS, this one is open.
const METRICS: &str = "metrics";
const METRICS_PATH: &str = "/metrics";

/// What an API server takes for what a probe does not say.
const PERIOD: u32 = 10;
const THRESHOLD: u32 = 3;

impl Shoot {
    /// The pods that run on Nodes, or, with a name, on one of them. Nothing is read of a Node with a name that no Node can have.
    pub async fn pods(&self, node: Option<&str>) -> Reading<Vec<Pod>> {
        let fields = match node {
            Some(node) if !is_object_name(node) => return Reading::Known(Vec::new()),
            Some(node) => format!("spec.nodeName={node},{ALIVE}"),
            None => format!("spec.nodeName!=,{ALIVE}"),
        };
        reading("the pods", async {
            let pods: Vec<Wire> = self.list("/api/v1/pods", &fields, "the pods").await?;
            Ok(pods.into_iter().filter_map(Wire::parsed).collect())
        })
        .await
    }
}

/// A pod, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    #[serde(deserialize_with = "null::is_absent")]
    metadata: Metadata,
    #[serde(deserialize_with = "null::is_absent")]
    spec: Spec,
    #[serde(deserialize_with = "null::is_absent")]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    #[serde(deserialize_with = "null::is_absent")]
    name: String,
    #[serde(deserialize_with = "null::is_absent")]
    namespace: String,
    #[serde(deserialize_with = "null::is_absent")]
    uid: String,
    #[serde(deserialize_with = "null::is_absent")]
    creation_timestamp: String,
    deletion_timestamp: Option<String>,
    #[serde(deserialize_with = "null::in_map")]
    labels: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    #[serde(deserialize_with = "null::is_absent")]
    node_name: String,
    #[serde(deserialize_with = "null::is_absent")]
    host_network: bool,
    #[serde(deserialize_with = "null::in_list")]
    readiness_gates: Vec<serde::de::IgnoredAny>,
    #[serde(deserialize_with = "null::in_list")]
    containers: Vec<Container>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Container {
    #[serde(deserialize_with = "null::in_list")]
    ports: Vec<ContainerPort>,
    readiness_probe: Option<Probe>,
    liveness_probe: Option<Probe>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ContainerPort {
    #[serde(deserialize_with = "null::is_absent")]
    name: String,
    #[serde(deserialize_with = "null::is_absent")]
    container_port: u16,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Probe {
    http_get: Option<HttpGet>,
    tcp_socket: Option<Elsewhere>,
    grpc: Option<serde::de::IgnoredAny>,
    period_seconds: Option<u32>,
    failure_threshold: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HttpGet {
    #[serde(deserialize_with = "null::is_absent")]
    host: String,
    #[serde(deserialize_with = "null::is_absent")]
    path: String,
    port: Port,
    #[serde(deserialize_with = "null::is_absent")]
    scheme: String,
}

/// A probe of another address than the pod's says nothing of the pod.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Elsewhere {
    #[serde(deserialize_with = "null::is_absent")]
    host: String,
}

/// A port by number, or by the name that its container gives it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Port {
    Number(u16),
    Named(String),
    Neither(serde::de::IgnoredAny),
}

impl Default for Port {
    fn default() -> Self {
        Self::Neither(serde::de::IgnoredAny)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    #[serde(deserialize_with = "null::in_list")]
    conditions: Vec<Condition>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Condition {
    #[serde(rename = "type", deserialize_with = "null::is_absent")]
    kind: String,
    #[serde(deserialize_with = "null::is_absent")]
    status: String,
    #[serde(deserialize_with = "null::is_absent")]
    last_transition_time: String,
}

impl Wire {
    /// The pod; `None` if it is not on a Node, or has a name that no pod can have.
    fn parsed(self) -> Option<Pod> {
        let Self { metadata, spec, status } = self;
        if ![&metadata.name, &metadata.namespace, &spec.node_name]
            .into_iter()
            .all(|name| is_object_name(name))
        {
            return None;
        }
        let ready = status.conditions.iter().find(|one| one.kind == "Ready" && one.status == "True");
        Some(Pod {
            endpoints: endpoints(&spec.containers),
            measured: spec.readiness_gates.is_empty().then(|| slowest(&spec.containers)).flatten(),
            host_network: spec.host_network,
            created: metadata.creation_timestamp.parse().ok(),
            ready_since: ready.and_then(|ready| ready.last_transition_time.parse::<Timestamp>().ok()),
            vpn: metadata.namespace == NAMESPACE_OF_VPN
                && metadata.labels.get(VPN.0).is_some_and(|app| app == VPN.1),
            going: metadata.deletion_timestamp.is_some(),
            namespace: metadata.namespace,
            name: metadata.name,
            uid: metadata.uid,
            node: spec.node_name,
        })
    }
}

/// The places where the containers answer to HTTP: first by what tells that they are ready, then by what tells that they live.
fn endpoints(containers: &[Container]) -> Vec<Endpoint> {
    let probes = |of: fn(&Container) -> &Option<Probe>| {
        containers.iter().filter_map(move |container| endpoint(container, of(container).as_ref()?))
    };
    let metrics = containers.iter().flat_map(|container| &container.ports);
    let metrics = metrics.filter(|port| port.name == METRICS && port.container_port != 0);
    let metrics =
        metrics.map(|port| Endpoint { tls: false, port: port.container_port, path: METRICS_PATH.to_owned() });
    let readiness = probes(|container| &container.readiness_probe);
    let all = readiness.chain(probes(|container| &container.liveness_probe)).chain(metrics);
    let mut endpoints = Vec::new();
    for endpoint in all {
        if !endpoints.contains(&endpoint) {
            endpoints.push(endpoint);
        }
    }
    endpoints
}

/// The place that an HTTP probe of `container` asks, if it is one of the pod's own.
fn endpoint(container: &Container, probe: &Probe) -> Option<Endpoint> {
    let HttpGet { host, path, port, scheme } = probe.http_get.as_ref()?;
    let port = match port {
        Port::Number(number) => Some(*number),
        Port::Named(name) => {
            container.ports.iter().find(|port| port.name == *name).map(|port| port.container_port)
        }
        Port::Neither(_) => None,
    };
    let (port, path) = (port.filter(|port| *port != 0)?, if path.is_empty() { "/" } else { path.as_str() });
    // A kubelet adds the slash that is missing.
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    host.is_empty().then(|| Endpoint { tls: scheme.eq_ignore_ascii_case("https"), port, path })
}

/// The slowest of the probes of `containers`, if all of them ask the pod over the network, and there is one.
fn slowest(containers: &[Container]) -> Option<Cadence> {
    let probes =
        containers.iter().flat_map(|container| [&container.readiness_probe, &container.liveness_probe]);
    let probes: Vec<&Probe> = probes.flatten().collect();
    if !probes.iter().all(|probe| probe.asks_the_pod()) {
        return None;
    }
    probes.into_iter().map(Probe::cadence).max_by_key(|cadence| cadence.seconds())
}

impl Probe {
    fn asks_the_pod(&self) -> bool {
        let http = self.http_get.as_ref().is_some_and(|http| http.host.is_empty());
        http || self.tcp_socket.as_ref().is_some_and(|tcp| tcp.host.is_empty()) || self.grpc.is_some()
    }

    fn cadence(&self) -> Cadence {
        let or = |value: Option<u32>, usual| value.filter(|value| *value > 0).unwrap_or(usual);
        Cadence { period: or(self.period_seconds, PERIOD), threshold: or(self.failure_threshold, THRESHOLD) }
    }
}
