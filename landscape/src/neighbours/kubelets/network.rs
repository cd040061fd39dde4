//! The way from the API server to pods and kubelets: through the VPN, whose end is a pod itself, and through the VPC.

use futures::future::BoxFuture;
use serde_json::Value;

use super::{Kubelets, Place};
use crate::cloud::fake::Reach;
use crate::json::text;
use crate::neighbours::Result;
use crate::neighbours::objects::{Kind, Objects};
use crate::seed::memory::{Behind, Destination, Passed};

/// Port at which DNS answers to whoever is not in the cluster: a network policy shuts all others.
const DNS_METRICS: u16 = 9153;

impl Kubelets {
    /// What comes of a request of the API server's to `destination`.
    ///
    /// # Errors
    /// The shoot's API or the cloud does not answer to the stand-in.
    pub async fn passed(&self, destination: &Destination) -> Result<Passed> {
        let ills = self.ills();
        if ills.vpn_down {
            return Ok(Passed::Silence);
        }
        let (node, pod) = match destination {
            Destination::Node { name } => (name.clone(), None),
            Destination::Pod { namespace, name, port } => {
                let pods = Objects::within(&self.world.shoot_api, Kind::Pod, namespace);
                let Some(pod) = pods.find(name).await? else { return Ok(Passed::Status(404)) };
                (text(&pod, "/spec/nodeName").to_owned(), Some((pod, *port)))
            }
        };
        let Some(place) = self.place(&node).await? else { return Ok(Passed::Status(404)) };
        if !self.vpn_leads_to(&node).await? {
            return Ok(Passed::Silence);
        }
        let reach = self.reach(&place).await?;
        let Some((pod, port)) = pod else {
            return Ok(if reach.is_running() { Passed::Status(200) } else { Passed::Silence });
        };
        if ills.nodes.contains(&node) || !reach.is_reached() {
            return Ok(Passed::Silence);
        }
        Ok(answer(&pod, port))
    }

    /// Whether the end of the VPN is on the Node called `node`, or its pod can be reached: the answers of all others come
    /// through it.
    async fn vpn_leads_to(&self, node: &str) -> Result<bool> {
        let pods = Objects::within(&self.world.shoot_api, Kind::Pod, "kube-system");
        let ends = pods.list("app=vpn-shoot").await?;
        let Some(end) = ends.first().map(|pod| text(pod, "/spec/nodeName")) else { return Ok(true) };
        if end == node {
            return Ok(true);
        }
        let Some(place) = self.place(end).await? else { return Ok(false) };
        Ok(self.reach(&place).await?.is_reached())
    }

    /// How the pods of a Node can be reached.
    pub(super) async fn reach(&self, place: &Place) -> Result<Reach> {
        Ok(self.world.cloud.reach(&place.zone, &place.name, &place.pods).await?)
    }
}

impl Behind for Kubelets {
    fn pass(&self, destination: Destination) -> BoxFuture<'static, Passed> {
        let kubelets = self.clone();
        Box::pin(async move {
            kubelets.passed(&destination).await.unwrap_or_else(|error| {
                tracing::warn!(%error, ?destination, "a request to the shoot's network");
                Passed::Status(500)
            })
        })
    }
}

/// What a pod answers at a port: it serves where a probe asks it and where it says so.
fn answer(pod: &Value, port: Option<u16>) -> Passed {
    let open = ports(pod);
    let shut = text(pod, "/metadata/labels/app") == "coredns" && port != Some(DNS_METRICS);
    match port {
        _ if shut => Passed::Silence,
        Some(port) if open.contains(&u64::from(port)) => Passed::Status(200),
        _ => Passed::Status(502),
    }
}

/// The numbers of all ports of a pod.
fn ports(pod: &Value) -> Vec<u64> {
    let containers = pod.pointer("/spec/containers").and_then(Value::as_array);
    let mut ports = Vec::new();
    for container in containers.into_iter().flatten() {
        let named = container.pointer("/ports").and_then(Value::as_array);
        ports.extend(named.into_iter().flatten().filter_map(|port| port.get("containerPort")?.as_u64()));
        for probe in ["readinessProbe", "livenessProbe"] {
            for kind in ["httpGet", "tcpSocket"] {
                ports.extend(container.pointer(&format!("/{probe}/{kind}/port")).and_then(Value::as_u64));
            }
        }
    }
    ports
}
