//! The CCM's route controller: a route for each Node with a pod CIDR, none for Nodes that are gone.
//!
//! It makes a deleted route again, and it marks a Node NetworkUnavailable when the cloud refuses its route; both
//! are what a migration must not run into. A pass ends in the middle when its pod dies; what was sent stays sent.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::cloud::{Cloud, CloudError, name_of};
use crate::json::text;
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{Result, Shoot, World};
use crate::time::Time;

/// Description that marks a route as made by a CCM.
const DESCRIPTION: &str = "k8s-node-route";
/// Number of route operations at the same time, which is the CCM's default.
const CONCURRENCY: usize = 200;

/// Name that CCM gives to the route of a node: the cluster's name cut at 26 characters, and the Node's UID.
pub fn route_name(cluster: &str, uid: &str) -> String {
    format!("{}-{uid}", cluster.get(..26).unwrap_or(cluster))
}

/// The live routes that a CCM of this shoot is responsible for: in the shoot's VPC, described as node routes, to
/// a destination inside the pod range.
pub async fn owned_routes(cloud: &Cloud, shoot: &Shoot) -> Result<Vec<Value>> {
    let mut routes = cloud.list("global/routes").await?;
    routes.retain(|route| {
        text(route, "/network").ends_with(&format!("/global/networks/{}", shoot.vpc))
            && text(route, "/description") == DESCRIPTION
            && shoot.is_in_pod_range(text(route, "/destRange"))
    });
    Ok(routes)
}

struct NodeRoute {
    name: String,
    instance: String,
    zone: String,
    cidr: String,
    conditions: Vec<Value>,
}

pub(super) struct Routes {
    nodes: Objects,
    cloud: Cloud,
    shoot: Shoot,
    time: Time,
    period: Duration,
}

impl Routes {
    pub(super) fn new(world: &World, period: Duration) -> Self {
        Self {
            nodes: Objects::cluster_wide(&world.shoot_api, Kind::Node),
            cloud: world.cloud.clone(),
            shoot: world.shoot.clone(),
            time: world.time,
            period,
        }
    }

    pub(super) async fn run(self, mut may_route: watch::Receiver<bool>) {
        while may_route.wait_for(|may| *may).await.is_ok() {
            tokio::select! {
                () = self.pass_and_pause() => {}
                () = async { drop(may_route.wait_for(|may| !*may).await) } => {}
            }
        }
    }

    async fn pass_and_pause(&self) {
        if let Err(error) = self.reconcile().await {
            tracing::warn!(%error, "route controller");
        }
        self.time.sleep(self.period).await;
    }

    async fn reconcile(&self) -> Result<()> {
        let wanted = self.wanted().await?;
        let live = owned_routes(&self.cloud, &self.shoot).await?;
        let pairs: BTreeSet<_> = live.iter().map(pair).collect();
        futures::stream::iter(&wanted)
            .for_each_concurrent(CONCURRENCY, |node| {
                let present = pairs.contains(&(node.instance.as_str(), node.cidr.as_str()));
                self.provide(node, present)
            })
            .await;
        let known: BTreeSet<_> =
            wanted.iter().map(|node| (node.instance.as_str(), node.cidr.as_str())).collect();
        for route in &live {
            if !known.contains(&pair(route)) {
                self.cloud.delete(&format!("global/routes/{}", text(route, "/name"))).await?;
            }
        }
        Ok(())
    }

    async fn wanted(&self) -> Result<Vec<NodeRoute>> {
        let nodes = self.nodes.list("").await?;
        Ok(nodes.iter().filter_map(|node| self.node_route(node)).collect())
    }

    /// The route that a Node needs; `None` for one without pod CIDR or of another project.
    fn node_route(&self, node: &Value) -> Option<NodeRoute> {
        let cidr = node.pointer("/spec/podCIDR")?.as_str()?.to_owned();
        let provider = node.pointer("/spec/providerID")?.as_str()?;
        let (zone, instance) =
            provider.strip_prefix(&format!("gce://{}/", self.shoot.project))?.split_once('/')?;
        Some(NodeRoute {
            name: route_name(&self.shoot.name, text(node, "/metadata/uid")),
            instance: instance.to_owned(),
            zone: zone.to_owned(),
            cidr,
            conditions: node.pointer("/status/conditions")?.as_array()?.clone(),
        })
    }

    async fn provide(&self, node: &NodeRoute, present: bool) {
        let routed = present
            || match self.insert(node).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::warn!(%error, node = node.instance, "route refused");
                    false
                }
            };
        if let Err(error) = self.mark(node, routed).await {
            tracing::warn!(%error, node = node.instance, "condition NetworkUnavailable");
        }
    }

    async fn insert(&self, node: &NodeRoute) -> Result<(), CloudError> {
        let body = json!({
            "name": node.name,
            "description": DESCRIPTION,
            "network": self.shoot.network_url(),
            "destRange": node.cidr,
            "nextHopInstance": format!("zones/{}/instances/{}", node.zone, node.instance),
            "priority": 1000,
        });
        match self.cloud.insert("global/routes", body).await {
            Err(error) if error.status() == Some(http::StatusCode::CONFLICT) => Ok(()),
            outcome => outcome,
        }
    }

    async fn mark(&self, node: &NodeRoute, routed: bool) -> Result<()> {
        let (status, reason) = if routed { ("False", "RouteCreated") } else { ("True", "NoRouteCreated") };
        let is_network = |condition: &&Value| text(condition, "/type") == "NetworkUnavailable";
        if node.conditions.iter().find(is_network).is_some_and(|found| text(found, "/status") == status) {
            return Ok(());
        }
        let now = self.time.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut conditions: Vec<_> =
            node.conditions.iter().filter(|condition| !is_network(condition)).cloned().collect();
        conditions.push(json!({
            "type": "NetworkUnavailable", "status": status, "reason": reason,
            "lastTransitionTime": now, "lastHeartbeatTime": now,
        }));
        self.nodes.merge_status(&node.instance, &json!({"status": {"conditions": conditions}})).await
    }
}

/// Next hop and destination of a route.
fn pair(route: &Value) -> (&str, &str) {
    (name_of(text(route, "/nextHopInstance")), text(route, "/destRange"))
}
