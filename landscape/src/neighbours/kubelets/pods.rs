//! The pods of a shoot at work: on each node one that serves and one of the host's own; on the first few what every shoot
//! has somewhere, DNS and the VPN among them.

use std::net::Ipv4Addr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{Result, World};

/// Namespace of what the shoot's owner runs.
const USERS: &str = "default";
/// Namespace of what Gardener runs.
const SYSTEM: &str = "kube-system";
/// The pace of probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probes {
    /// Seconds between two probes, on the wall clock.
    pub period: u32,
    /// Failures in a row that count.
    pub threshold: u32,
}

/// The pods that nodes get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Pace of all probes.
    pub probes: Probes,
    /// Time since which a pod is ready when its node joins.
    pub age: Duration,
    /// Names of pools whose pods no probe measures.
    pub unmeasured: Vec<String>,
    /// Number of nodes from which on the VPN ends on one of them.
    pub vpn_from: usize,
}

impl Default for Workload {
    /// Kubernetes' usual pace, pods that have been there for an hour, evidence in all pools, a VPN that keeps no pool from being measured.
    fn default() -> Self {
        let probes = Probes { period: 10, threshold: 3 };
        Self { probes, age: Duration::from_secs(3600), unmeasured: Vec::new(), vpn_from: 3 }
    }
}

/// A node that gets pods.
pub(in crate::neighbours) struct Node<'a> {
    /// Name of the Node.
    pub(in crate::neighbours) name: &'a str,
    /// Name of its worker pool.
    pub(in crate::neighbours) pool: &'a str,
    /// Range of its pods, as a CIDR.
    pub(in crate::neighbours) range: &'a str,
}

/// One pod, but for where it runs.
struct Sketch {
    namespace: &'static str,
    name: &'static str,
    labels: Value,
    host_network: bool,
    container: Value,
}

impl Workload {
    /// Creates the pods of `node`, whose number among `of` nodes is `number`; those that exist stay.
    pub(in crate::neighbours) async fn place(
        &self,
        world: &World,
        node: &Node<'_>,
        number: usize,
        of: usize,
    ) -> Result<()> {
        for (index, sketch) in (2_u32..).zip(self.sketches(node, number, of)) {
            let pods = Objects::within(&world.shoot_api, Kind::Pod, sketch.namespace);
            let name = format!("{}-{}", sketch.name, node.name);
            pods.ensure(json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": name, "namespace": sketch.namespace, "labels": sketch.labels},
                "spec": {
                    "nodeName": node.name, "hostNetwork": sketch.host_network,
                    "containers": [sketch.container],
                },
            }))
            .await?;
            let age = jiff::SignedDuration::try_from(self.age).unwrap_or_default();
            let since = world.time.now() - age;
            let address = address(node.range, index);
            let ready = json!({
                "type": "Ready", "status": "True",
                "lastTransitionTime": since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            });
            let status = json!({"phase": "Running", "podIP": address, "conditions": [ready]});
            pods.merge_status(&name, &json!({"status": status})).await?;
        }
        Ok(())
    }

    fn sketches(&self, node: &Node<'_>, number: usize, of: usize) -> Vec<Sketch> {
        let measured = !self.unmeasured.iter().any(|pool| pool == node.pool);
        let sketch = |namespace, name: &'static str, container: Value| Sketch {
            namespace,
            name,
            labels: json!({"app": name}),
            host_network: false,
            container,
        };
        let mut sketches = vec![
            sketch(
                USERS,
                "web",
                self.container(measured, &[("readinessProbe", http("/healthz", 8080))], &[]),
            ),
            Sketch {
                host_network: true,
                ..sketch(SYSTEM, "kube-proxy", self.container(true, &[], &[("metrics", 10249)]))
            },
        ];
        if number < 2 && measured {
            let probes = [("readinessProbe", http("/ready", 8181)), ("livenessProbe", http("/health", 8080))];
            let ports = [("dns", 8053), ("metrics", 9153)];
            sketches.push(sketch(SYSTEM, "coredns", self.container(true, &probes, &ports)));
            sketches.push(sketch(USERS, "store", self.container(true, &[("livenessProbe", tcp(5432))], &[])));
            let exec = json!({"exec": {"command": ["true"]}});
            sketches.push(sketch(USERS, "batch", self.container(true, &[("livenessProbe", exec)], &[])));
        }
        if number == 0 && of >= self.vpn_from {
            sketches.push(sketch(SYSTEM, "vpn-shoot", self.container(true, &[], &[])));
        }
        sketches
    }

    fn container(&self, measured: bool, probes: &[(&str, Value)], ports: &[(&str, u16)]) -> Value {
        let ports: Vec<Value> =
            ports.iter().map(|(name, port)| json!({"name": name, "containerPort": port})).collect();
        let mut container = json!({"name": "main", "image": "registry.example.com/main", "ports": ports});
        for (kind, probe) in probes.iter().filter(|_| measured) {
            let mut probe = probe.clone();
            if let Some(probe) = probe.as_object_mut() {
                probe.insert("periodSeconds".to_owned(), self.probes.period.into());
                probe.insert("failureThreshold".to_owned(), self.probes.threshold.into());
            }
            if let Some(container) = container.as_object_mut() {
                container.insert((*kind).to_owned(), probe);
            }
        }
        container
    }
}

/// Deletes all pods of the Node called `node`, which is gone.
pub(in crate::neighbours) async fn evict(world: &World, node: &str) -> Result<()> {
    for namespace in [USERS, SYSTEM] {
        let pods = Objects::within(&world.shoot_api, Kind::Pod, namespace);
        for pod in pods.list("").await? {
            if crate::json::text(&pod, "/spec/nodeName") == node {
                pods.delete(crate::json::text(&pod, "/metadata/name")).await?;
            }
        }
    }
    Ok(())
}

fn http(path: &str, port: u16) -> Value {
    json!({"httpGet": {"path": path, "port": port, "scheme": "HTTP"}})
}

fn tcp(port: u16) -> Value {
    json!({"tcpSocket": {"port": port}})
}

/// The `index`-th address of a range.
fn address(range: &str, index: u32) -> String {
    let base = range.split_once('/').and_then(|(base, _)| base.parse::<Ipv4Addr>().ok());
    base.map(|base| Ipv4Addr::from(u32::from(base).saturating_add(index)).to_string()).unwrap_or_default()
}
