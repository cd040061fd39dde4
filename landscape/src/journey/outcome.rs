//! The outcome of a journey, measured from outside: from the data-plane ledger, the cloud and the request log.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Baseline, Migration, Result, foreign};
use crate::cloud::fake::RequestCount;
use crate::json::text;
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{World, ccm};

/// Name of the secondary range in which pod aliases lie.
const POD_RANGE_NAME: &str = "ipv4-pod-cidr";

/// Measured outcome of a journey. Seconds are the cloud's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Nodes of the shoot at the end.
    pub nodes: u64,
    /// Nodes that were there before and are not any more: lost, or replaced by the machine controller.
    pub nodes_lost: u64,
    /// Seconds from the trigger until the Infrastructure was ready.
    pub migration_seconds: f64,
    /// Sum over all nodes of the seconds in which their pods were unreachable.
    pub gap_node_seconds: f64,
    /// Longest time, in seconds, for which the pods of one node were unreachable.
    pub max_gap_seconds: f64,
    /// Node routes of the shoot that are still there.
    pub routes_left: u64,
    /// Nodes whose VM bears the alias for their pod CIDR.
    pub aliases: u64,
    /// Calls by which the controller changed something, from the trigger until ready.
    pub mutations: u64,
    /// Calls by which the controller read, in the same time.
    pub reads: u64,
    /// Calls by which the controller changed something in one more reconcile.
    pub second_pass_mutations: u64,
    /// Objects of others that are not what they were.
    pub foreign_changes: u64,
}

impl Outcome {
    /// The deviations from what should be, for people; empty if all is well.
    pub fn complaints(&self) -> Vec<String> {
        let checks = [
            (
                self.gap_node_seconds == 0.0,
                format!("pods were unreachable for {:.3} node-seconds", self.gap_node_seconds),
            ),
            (self.nodes_lost == 0, format!("{} nodes were lost or replaced", self.nodes_lost)),
            (self.routes_left == 0, format!("{} node routes are left", self.routes_left)),
            (
                self.aliases == self.nodes,
                format!("{} of {} nodes have their alias", self.aliases, self.nodes),
            ),
            (self.foreign_changes == 0, format!("{} objects of others were changed", self.foreign_changes)),
            (
                self.second_pass_mutations == 0,
                format!("one more reconcile made {} changes", self.second_pass_mutations),
            ),
        ];
        checks.into_iter().filter(|(holds, _)| !holds).map(|(_, complaint)| complaint).collect()
    }
}

pub(super) async fn judge(
    world: &World,
    baseline: &Baseline,
    foreign_after: &BTreeMap<String, Value>,
    migration: &Migration,
    second_pass: &RequestCount,
) -> Result<Outcome> {
    let ledger = world.cloud.ledger().await?;
    let nodes = Objects::cluster_wide(&world.shoot_api, Kind::Node).list("").await?;
    Ok(Outcome {
        nodes: nodes.len() as u64,
        nodes_lost: baseline.machines.iter().filter(|machine| !is_there(&nodes, &machine.name)).count()
            as u64,
        migration_seconds: migration.seconds,
        gap_node_seconds: ledger.gap_seconds_total,
        max_gap_seconds: ledger.max_gap_seconds,
        routes_left: ccm::owned_routes(&world.cloud, &world.shoot).await?.len() as u64,
        aliases: aliases(world, &nodes).await?,
        mutations: migration.requests.mutations,
        reads: migration.requests.reads,
        second_pass_mutations: second_pass.mutations,
        foreign_changes: foreign::changes(&baseline.foreign_before, foreign_after),
    })
}

fn is_there(nodes: &[Value], name: &str) -> bool {
    nodes.iter().any(|node| text(node, "/metadata/name") == name)
}

async fn aliases(world: &World, nodes: &[Value]) -> Result<u64> {
    let mut borne = BTreeSet::new();
    for zone in &world.shoot.zones {
        for instance in world.cloud.list(&format!("zones/{zone}/instances")).await? {
            let aliases = instance.pointer("/networkInterfaces/0/aliasIpRanges").and_then(Value::as_array);
            for alias in aliases.into_iter().flatten() {
                if text(alias, "/subnetworkRangeName") == POD_RANGE_NAME {
                    borne.insert((
                        text(&instance, "/name").to_owned(),
                        text(alias, "/ipCidrRange").to_owned(),
                    ));
                }
            }
        }
    }
    let has_alias = |node: &&Value| {
        borne.contains(&(text(node, "/metadata/name").to_owned(), text(node, "/spec/podCIDR").to_owned()))
    };
    Ok(nodes.iter().filter(has_alias).count() as u64)
}
