//! What stands in the way of a migration, or beside it: how it is put there, by which word an error names it, and how people remove it.

mod above;
mod machines;
mod networks;
mod routes;

use serde_json::{Value, json};

use super::super::life::PROJECT;
use super::draw::Draw;
use super::stage::Stage;

pub(super) use above::take_permission;

/// The name of the range that somebody has reserved, which no hands of a test take away.
pub(super) const RESERVED: &str = "obstacle-range";
/// Something in the way, or beside it.
#[derive(Clone, Debug)]
pub(super) struct Obstacle {
    /// The words by which an error may name it; none: it stands beside the way.
    pub(super) words: Vec<String>,
    /// How people remove it.
    pub(super) remedy: Remedy,
}

/// How people remove something.
#[derive(Clone, Debug)]
pub(super) enum Remedy {
    /// It is deleted: the path below the project.
    Delete(String),
    /// A rule above resources is put right: its name, and what is said.
    Govern(&'static str, Value),
    /// The peering with this network ends.
    Part(String),
    /// A machine is put right, as the fake takes it.
    Machine(Value),
    /// The route that the cloud-controller-manager made is made anew, as it makes routes: the path below the project.
    Remake(String),
    /// The nodes whose guests take alias ranges are replaced by others.
    Guests,
    /// A Node that says what is not so is deleted, with the route that was made because of it.
    Node { name: String, range: String },
    /// A word is said on the Infrastructure.
    Say(&'static str),
    /// Nothing is to be removed: it passes by itself, or all that lies on the way to the nodes is put right anyhow.
    Nothing,
    /// Nothing helps but to stay with IPv4.
    None,
}

fn of(mut entry: Value) -> Value {
    entry["project"] = json!(PROJECT);
    entry
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Puts what the draw says around the shoot of `stage`; if that is not there yet, only what stands above resources.
pub(super) async fn put(draw: &mut Draw, stage: &Stage, is_there: bool) -> Vec<Obstacle> {
    let mut all = Vec::new();
    if is_there {
        let vpc = stage.world().shoot.vpc;
        networks::put(draw, stage, &vpc, &mut all).await;
        routes::put(draw, stage, &vpc, &mut all).await;
    }
    above::put(draw, stage, &mut all).await;
    machines::put(draw, stage, &mut all).await;
    all
}

/// Gives a VM an alias by hand, beside those that it has.
pub(super) async fn alias(stage: &Stage, zone: &str, vm: &str, range: &str, name: &str) {
    let (hands, path) = (stage.hands(), format!("zones/{zone}/instances/{vm}"));
    let Ok(Some(machine)) = hands.get(&path).await else { return };
    let nic = &machine["networkInterfaces"][0];
    let mut aliases = nic["aliasIpRanges"].as_array().cloned().unwrap_or_default();
    aliases.push(json!({ "ipCidrRange": range, "subnetworkRangeName": name }));
    let body = json!({ "aliasIpRanges": aliases, "fingerprint": nic["fingerprint"] });
    let _ = hands.patch(&format!("{path}/updateNetworkInterface?networkInterface=nic0"), body).await;
}

/// Changes the nodes subnet by hand.
pub(super) async fn change_nodes_subnet(stage: &Stage, change: impl FnOnce(&Value) -> Value) {
    change_subnet(stage, &stage.world().shoot.nodes_subnet_path(), change).await;
}

/// Changes the subnet at `path` by hand.
pub(super) async fn change_subnet(stage: &Stage, path: &str, change: impl FnOnce(&Value) -> Value) {
    let hands = stage.hands();
    let Ok(Some(subnet)) = hands.get(path).await else { return };
    let mut body = change(&subnet);
    body["fingerprint"] = subnet["fingerprint"].clone();
    let _ = hands.patch(path, body).await;
}

/// Removes what can be removed. Returns what cannot.
pub(super) async fn lift(stage: &Stage, all: &[Obstacle]) -> Vec<Obstacle> {
    let (life, hands) = (stage.life(), stage.hands());
    let mut left = Vec::new();
    for obstacle in all {
        match &obstacle.remedy {
            Remedy::Delete(path) => drop(hands.delete(path).await),
            Remedy::Govern(rule, document) => life.cloud.govern(rule, document).await,
            Remedy::Part(vpc) => {
                for network in [vpc.as_str(), "obstacle-peer"] {
                    let body = json!({ "name": "obstacle-peer" });
                    drop(hands.insert(&format!("global/networks/{network}/removePeering"), body).await);
                }
            }
            Remedy::Machine(change) => {
                let path = format!(
                    "zones/{}/instances/{}",
                    change["zone"].as_str().unwrap(),
                    change["name"].as_str().unwrap()
                );
                if hands.get(&path).await.unwrap().is_some() {
                    life.cloud.change_instance(change).await;
                }
            }
            Remedy::Remake(path) => {
                let Ok(Some(mut route)) = hands.get(path).await else { continue };
                drop(hands.delete(path).await);
                for field in ["id", "creationTimestamp", "selfLink", "kind", "routeType", "tags", "warnings"]
                {
                    route.as_object_mut().unwrap().remove(field);
                }
                drop(hands.insert("global/routes", route).await);
            }
            Remedy::Guests => stage.replace_guests().await,
            Remedy::Node { name, range } => stage.take_back_node(name, range).await,
            // What is said is said together.
            Remedy::Say(_) | Remedy::Nothing => {}
            Remedy::None => left.push(obstacle.clone()),
        }
    }
    left
}
