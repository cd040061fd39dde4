//! The outcome of a story, measured from outside: from the data-plane ledger, the cloud and the request log.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::{Baseline, Canary, Measured, Result, foreign};
use crate::cloud::fake::{RequestCount, States};
use crate::json::text;
use crate::neighbours::objects::{Kind, Objects};
use crate::neighbours::{World, ccm};

/// Name of the secondary range in which pod aliases lie.
const POD_RANGE_NAME: &str = "ipv4-pod-cidr";
/// Longest time for which a canary may be cut off: it is measured for two minutes at most, and then its alias goes.
const LONGEST_CANARY: Duration = Duration::from_secs(300);
/// Longest such time on the wall clock, on which the controller computes and is started again.
const LONGEST_CANARY_REAL: Duration = Duration::from_secs(20);
/// Characters of a resource that are shown to people.
const SHOWN: usize = 200;

/// The end of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum End {
    /// Both families are reported, and pods are reached by aliases.
    #[serde(rename = "dual-stack")]
    DualStack,
    /// The migration was taken back, and pods are reached over routes.
    #[serde(rename = "taken back")]
    TakenBack,
}

/// A rest of the migration: begun or taken back, it does not go on while somebody says so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rest {
    /// Value of `lastError.description`, by which the Infrastructure says why it rests.
    pub description: String,
    /// Seconds from the trigger until it rested.
    pub after_seconds: f64,
    /// Nodes by what served them meanwhile.
    pub served_by: States,
    /// Calls by which the controller changed something meanwhile.
    pub mutations: u64,
}

/// Measured outcome of a story. Seconds are the cloud's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The end.
    pub end: End,
    /// The rest on the way or at its end, if somebody said so.
    pub rest: Option<Rest>,
    /// Resources of the project that came (`+`) or went (`-`) or differ (both), if the migration was taken back.
    pub not_as_before: Option<Vec<String>>,
    /// Nodes of the shoot with a pod range at the end.
    pub nodes: u64,
    /// Names of Nodes without one: they joined while nobody was there to give it to them.
    pub without_range: Vec<String>,
    /// Nodes whose guests take alias ranges for their own.
    pub bad_guests: u64,
    /// Nodes that got their alias before the others and were measured, and what came of it.
    pub canaries: Vec<Canary>,
    /// Longest time, in seconds, for which one node may be unreachable, as a canary; 0 without such guests.
    pub promised_gap_seconds: f64,
    /// Nodes whose pods were unreachable at any time, in order.
    pub cut_off: Vec<String>,
    /// Nodes that were there before and are not any more: lost, or replaced by the machine controller.
    pub nodes_lost: u64,
    /// Seconds from the trigger until the Infrastructure was ready, or at rest after the way back.
    pub migration_seconds: f64,
    /// Sum over all nodes of the seconds in which their pods were unreachable.
    pub gap_node_seconds: f64,
    /// Longest time, in seconds, for which the pods of one node were unreachable.
    pub max_gap_seconds: f64,
    /// Node routes of the shoot at the end.
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
            self.gap_as_promised(),
            (self.nodes_lost == 0, format!("{} nodes were lost or replaced", self.nodes_lost)),
            self.routes_as_promised(),
            self.aliases_as_promised(),
            self.as_before(),
            (
                self.rest.as_ref().is_none_or(|rest| rest.mutations == 0),
                format!("{} changes were made at rest", self.rest.as_ref().map_or(0, |rest| rest.mutations)),
            ),
            (self.foreign_changes == 0, format!("{} objects of others were changed", self.foreign_changes)),
            (
                self.second_pass_mutations == 0,
                format!("one more reconcile made {} changes", self.second_pass_mutations),
            ),
        ];
        checks.into_iter().filter(|(holds, _)| !holds).map(|(_, complaint)| complaint).collect()
    }

    /// Nobody is ever cut off but a canary that finds out that its guest takes alias ranges.
    fn gap_as_promised(&self) -> (bool, String) {
        let gap = format!("pods were unreachable for {:.3} node-seconds", self.gap_node_seconds);
        if self.bad_guests == 0 {
            return (self.gap_node_seconds == 0.0, gap);
        }
        let nodes = self.cut_off.join(", ");
        let one = self.cut_off.len() == 1 && self.max_gap_seconds <= self.promised_gap_seconds;
        let (longest, promised) = (self.max_gap_seconds, self.promised_gap_seconds);
        (one, format!("{gap}, {longest:.3} at most, on {nodes}: one canary for {promised:.0} s at most"))
    }

    fn as_before(&self) -> (bool, String) {
        let differences = self.not_as_before.as_deref().unwrap_or_default();
        let first = differences.first().map_or("", String::as_str);
        let first: String = first.chars().take(SHOWN).collect();
        (differences.is_empty(), format!("{} resources are not as before: {first} …", differences.len()))
    }

    fn routes_as_promised(&self) -> (bool, String) {
        match self.end {
            End::DualStack => (self.routes_left == 0, format!("{} node routes are left", self.routes_left)),
            End::TakenBack => (
                self.routes_left == self.nodes,
                format!("{} of {} nodes have their route", self.routes_left, self.nodes),
            ),
        }
    }

    fn aliases_as_promised(&self) -> (bool, String) {
        match self.end {
            End::DualStack => (
                self.aliases == self.nodes,
                format!("{} of {} nodes have their alias", self.aliases, self.nodes),
            ),
            End::TakenBack => (self.aliases == 0, format!("{} aliases are left", self.aliases)),
        }
    }
}

pub(super) async fn judge(
    world: &World,
    baseline: &Baseline,
    foreign_after: &BTreeMap<String, Value>,
    migration: &Measured,
    second_pass: &RequestCount,
    end: End,
) -> Result<Outcome> {
    let ledger = world.cloud.ledger().await?;
    let nodes = Objects::cluster_wide(&world.shoot_api, Kind::Node).list("").await?;
    let without_range = nodes.iter().filter(|node| text(node, "/spec/podCIDR").is_empty());
    let without_range: Vec<_> = without_range.map(|node| text(node, "/metadata/name").to_owned()).collect();
    let bad_guests = baseline.machines.iter().filter(|machine| machine.guest.takes_aliases()).count();
    let longest = world.time.patience(LONGEST_CANARY, LONGEST_CANARY_REAL);
    Ok(Outcome {
        end,
        rest: None,
        not_as_before: None,
        nodes: (nodes.len() - without_range.len()) as u64,
        without_range,
        nodes_lost: baseline.machines.iter().filter(|machine| !is_there(&nodes, &machine.name)).count()
            as u64,
        migration_seconds: migration.seconds,
        bad_guests: bad_guests as u64,
        canaries: Vec::new(),
        promised_gap_seconds: if bad_guests == 0 { 0.0 } else { longest.as_secs_f64() },
        cut_off: ledger.cut_off(),
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
