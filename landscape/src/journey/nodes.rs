//! The shoot's Nodes as the journey looks at them, and what the controller says.

use std::collections::BTreeSet;

use serde_json::Value;

use super::witness::network_unavailable;
use super::{Journey, Result};
use crate::json::{at, text};
use crate::neighbours::Guest;
use crate::neighbours::machines::Machine;
use crate::neighbours::objects::{Kind, Objects};

/// Taint of a Node that no cloud-controller-manager has initialised.
const UNINITIALISED: &str = "node.cloudprovider.kubernetes.io/uninitialized";

/// A Node, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) name: String,
    /// Pod ranges, IPv4 first.
    pub(super) ranges: Vec<String>,
    /// Whether somebody has initialised it.
    pub(super) initialised: bool,
    /// Whether it is said to be reachable.
    pub(super) available: bool,
}

impl Node {
    fn of(node: &Value) -> Self {
        let ranges = at(node, "/spec/podCIDRs").as_array().into_iter().flatten();
        let mut taints = at(node, "/spec/taints").as_array().into_iter().flatten();
        Self {
            name: text(node, "/metadata/name").to_owned(),
            ranges: ranges.filter_map(Value::as_str).map(str::to_owned).collect(),
            initialised: !text(node, "/spec/providerID").is_empty()
                && !text(node, "/status/addresses/0/address").is_empty()
                && !taints.any(|taint| text(taint, "/key") == UNINITIALISED),
            available: network_unavailable(node) == Some("False"),
        }
    }
}

impl Journey<'_> {
    /// All machines of the shoot, those included that joined in the middle, in the order of their names.
    pub(super) async fn all_machines(&self) -> Result<Vec<Machine>> {
        let shoot = &self.world.shoot;
        let nodes = self.nodes().await?;
        let mut machines = Vec::new();
        for zone in &shoot.zones {
            for vm in self.world.cloud.list(&format!("zones/{zone}/instances")).await? {
                let mut tags = at(&vm, "/tags/items").as_array().into_iter().flatten();
                if !tags.any(|tag| tag.as_str() == Some(&shoot.name)) {
                    continue;
                }
                let name = text(&vm, "/name").to_owned();
                let node = nodes.iter().find(|node| node.name == name);
                machines.push(Machine {
                    zone: zone.clone(),
                    pool: text(&vm, "/labels/worker_gardener_cloud_pool").to_owned(),
                    pod_cidr: node.and_then(|node| node.ranges.first()).cloned().unwrap_or_default(),
                    guest: Guest::default(),
                    name,
                });
            }
        }
        machines.sort();
        Ok(machines)
    }

    /// All Nodes.
    pub(super) async fn nodes(&self) -> Result<Vec<Node>> {
        let nodes = Objects::cluster_wide(&self.world.shoot_api, Kind::Node).list("").await?;
        Ok(nodes.iter().map(Node::of).collect())
    }

    /// Messages of all events about the shoot's Infrastructure.
    pub(super) async fn messages(&self) -> Result<Vec<String>> {
        let events = Objects::within(&self.world.seed, Kind::Event, &self.world.shoot.name).list("").await?;
        Ok(events.iter().map(|event| text(event, "/message").to_owned()).collect())
    }

    /// Waits until the cloud-controller-manager has initialised all Nodes and calls all of them reachable, with `ranges` pod ranges each.
    pub(super) async fn until_initialised(&self, ranges: usize) -> Result<Vec<Node>> {
        self.until("Nodes that are initialised", async || {
            let nodes = self.nodes().await?;
            let missing =
                nodes.iter().find(|node| !node.initialised || !node.available || node.ranges.len() != ranges);
            Ok(match missing {
                None => Ok(nodes),
                Some(node) => Err(format!("{node:?}")),
            })
        })
        .await
    }

    /// Looks whether each pod range is of one Node alone.
    pub(super) fn check_ranges_differ(&self, nodes: &[Node]) {
        let all: Vec<&String> = nodes.iter().flat_map(|node| &node.ranges).collect();
        let distinct: BTreeSet<_> = all.iter().collect();
        self.record.check(
            "no two Nodes have one pod range",
            distinct.len() == all.len(),
            format!("{} ranges on {} Nodes, {} of them distinct", all.len(), nodes.len(), distinct.len()),
        );
    }

    /// Looks whether every node that was up has been reachable at every instant until now, and is, those included that joined in the middle.
    pub(super) async fn check_gap(&self) -> Result<()> {
        let ledger = self
            .until("a watch of every pod range", async || {
                let (ledger, ranges) = (self.world.cloud.ledger().await?, self.witness.seen.watched());
                let watched = usize::try_from(ledger.watched).unwrap_or(usize::MAX);
                Ok(if watched == ranges {
                    Ok(ledger)
                } else {
                    Err(format!("{watched} of {ranges} are watched"))
                })
            })
            .await?;
        let (gap, watched, lost) = (ledger.gap_seconds_total, ledger.watched, ledger.states.none);
        let mut seen = format!("{gap:.3} node-seconds unreachable, {watched} pod ranges watched");
        if lost > 0 {
            seen.push_str(&format!(", {lost} of them unreachable now"));
        }
        self.record.check("every node that was up stayed reachable", gap == 0.0 && lost == 0, seen);
        Ok(())
    }
}
