//! What stands in the way of a migration, or beside it: how it is put there, by which word an error names it, and how people remove it.

use serde_json::{Value, json};

use super::super::documents::REGION;
use super::super::life::{CONTROLLER, PROJECT};
use super::draw::{Draw, Random};
use super::stage::Stage;

/// The name of the range that somebody has reserved, which no hands of a test take away.
pub(super) const RESERVED: &str = "obstacle-range";
/// The permissions that are taken away, one at a time.
const PERMISSIONS: [&str; 10] = [
    "compute.subnetworks.create",
    "compute.subnetworks.update",
    "compute.subnetworks.delete",
    "compute.networks.updatePolicy",
    "compute.instances.updateNetworkInterface",
    "compute.subnetworks.use",
    "compute.subnetworks.useExternalIp",
    "compute.routes.delete",
    "compute.firewalls.create",
    "compute.firewalls.delete",
];

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
        networks(draw, stage, &vpc, &mut all).await;
        routes(draw, stage, &vpc, &mut all).await;
    }
    above(draw, stage, &mut all).await;
    machines(draw, stage, &mut all).await;
    all
}

async fn networks(draw: &mut Draw, stage: &Stage, vpc: &str, all: &mut Vec<Obstacle>) {
    let (life, name) = (stage.life(), stage.name());
    let subnet = |name: &str, network: &str, region: &str, range: &str| json!({ "subnetworks": [of(json!({ "region": region, "network": network, "name": name, "ipCidrRange": range }))] });
    if draw.feature("foreign-subnet", 15).is_some() {
        life.cloud.seed(&subnet("foreign", vpc, "us-east1", "10.99.0.0/16").to_string()).await;
    }
    if let Some(mut random) = draw.feature("obstacle-subnet", 4) {
        let (region, range) =
            (random.pick(&["us-east1", REGION]), random.pick(&["100.97.0.0/16", "100.64.3.0/24"]));
        life.cloud.seed(&subnet("obstacle-subnet", vpc, region, range).to_string()).await;
        let remedy = Remedy::Delete(format!("regions/{region}/subnetworks/obstacle-subnet"));
        all.push(Obstacle { words: words(&["obstacle-subnet"]), remedy });
    }
    if let Some(mut random) = draw.feature("services-there", 4) {
        let elsewhere = random.chance(40);
        let range = random.pick(&["100.64.0.0/13", "100.64.0.0/16"]);
        let network = if elsewhere { "obstacle-vpc" } else { vpc };
        let services = format!("{name}-services");
        let mut fixture = subnet(&services, network, REGION, range);
        if elsewhere {
            fixture["networks"] = json!([of(json!({ "name": network }))]);
        }
        life.cloud.seed(&fixture.to_string()).await;
        let in_the_way = elsewhere || range != "100.64.0.0/13";
        let remedy = if in_the_way {
            Remedy::Delete(format!("regions/{REGION}/subnetworks/{services}"))
        } else {
            Remedy::None
        };
        all.push(Obstacle { words: if in_the_way { vec![services] } else { Vec::new() }, remedy });
    }
    if let Some(mut random) = draw.feature("reserved-range", 5) {
        let (kind, cidr) = (
            random.pick(&["private-services", "internal-range"]),
            random.pick(&["100.112.0.0/16", "100.65.0.0/16", "172.31.0.0/16"]),
        );
        let range = of(json!({ "network": vpc, "name": RESERVED, "cidr": cidr, "reservation": kind }));
        life.cloud.seed(&json!({ "reservedRanges": [range] }).to_string()).await;
        let inside = cidr.starts_with("100.");
        all.push(Obstacle {
            words: if inside { words(&[RESERVED]) } else { Vec::new() },
            remedy: Remedy::None,
        });
    }
    if let Some(mut random) = draw.feature("peer", 8) {
        let range = random.pick(&["100.98.0.0/16", "100.66.0.0/16", "192.168.7.0/24"]);
        let mut fixture =
            subnet("obstacle-of-peer", "obstacle-peer", random.pick(&[REGION, "us-east1"]), range);
        fixture["networks"] = json!([of(json!({ "name": "obstacle-peer" }))]);
        life.cloud.seed(&fixture.to_string()).await;
        for (here, there) in [(vpc, "obstacle-peer"), ("obstacle-peer", vpc)] {
            let network = format!("projects/{PROJECT}/global/networks/{there}");
            let peering = json!({ "networkPeering": { "name": "obstacle-peer", "network": network, "exchangeSubnetRoutes": true } });
            let _ = stage.hands().insert(&format!("global/networks/{here}/addPeering"), peering).await;
        }
        all.push(Obstacle { words: words(&["obstacle-peer", range]), remedy: Remedy::Part(vpc.to_owned()) });
    }
    if draw.feature("foreign-secondary", 15).is_some() {
        change_nodes_subnet(stage, |subnet| {
            let mut ranges = subnet["secondaryIpRanges"].as_array().cloned().unwrap_or_default();
            ranges.push(json!({ "rangeName": "foreign", "ipCidrRange": "172.30.0.0/16" }));
            json!({ "secondaryIpRanges": ranges })
        })
        .await;
    }
    if draw.feature("flag-before", 8).is_some() {
        change_nodes_subnet(stage, |_| json!({ "allowSubnetCidrRoutesOverlap": true })).await;
    }
}

async fn routes(draw: &mut Draw, stage: &Stage, vpc: &str, all: &mut Vec<Obstacle>) {
    let life = stage.life();
    let route = |name: &str, to: &str| json!({ "routes": [of(json!({ "name": name, "network": vpc, "destRange": to, "nextHopIp": "10.250.0.9" }))] });
    if draw.feature("foreign-route", 20).is_some() {
        life.cloud.seed(&route("foreign-route", "192.168.0.0/16").to_string()).await;
    }
    if draw.feature("broader-route", 8).is_some() {
        life.cloud.seed(&route("foreign-broader", "100.0.0.0/8").to_string()).await;
    }
    if let Some(mut random) = draw.feature("obstacle-route", 6) {
        let to = random.pick(&["100.100.0.0/24", "10.250.3.0/24", "100.64.1.0/24"]);
        life.cloud.seed(&route("obstacle-route", to).to_string()).await;
        all.push(Obstacle {
            words: words(&["obstacle-route"]),
            remedy: Remedy::Delete("global/routes/obstacle-route".to_owned()),
        });
    }
    if draw.feature("policy-route", 8).is_some() {
        let policy = of(json!({ "network": vpc, "name": "foreign-policy", "destRange": "100.96.0.0/11" }));
        life.cloud.seed(&json!({ "policyBasedRoutes": [policy] }).to_string()).await;
    }
    if let Some(mut random) = draw.feature("learned-route", 4) {
        let to = random.pick(&["100.99.0.0/16", "192.168.9.0/24"]);
        let router = of(
            json!({ "region": REGION, "network": vpc, "name": "obstacle-router", "bgp": { "asn": 64512 } }),
        );
        let learned = of(
            json!({ "region": REGION, "router": "obstacle-router", "destRange": to, "nextHopIp": "10.0.0.1" }),
        );
        life.cloud.seed(&json!({ "routers": [router], "learnedRoutes": [learned] }).to_string()).await;
        let remedy = Remedy::Delete(format!("regions/{REGION}/routers/obstacle-router"));
        all.push(Obstacle { words: words(&[to, "obstacle-router"]), remedy });
    }
}

async fn above(draw: &mut Draw, stage: &Stage, all: &mut Vec<Obstacle>) {
    let life = stage.life();
    let mut govern = async |rule: &'static str, document: Value, back: Value, named: Vec<String>| {
        life.cloud.govern(rule, &document).await;
        all.push(Obstacle { words: named, remedy: Remedy::Govern(rule, back) });
    };
    if let Some(mut random) = draw.feature("permission", 12) {
        let missing = random.pick(&PERMISSIONS);
        lack(&mut govern, missing).await;
    }
    if let Some(mut random) = draw.feature("quota", 8) {
        let room = random.below(4);
        let (kind, name) = random.pick(&[("firewalls", "FIREWALLS"), ("subnetworks", "SUBNETWORKS")]);
        let there = life.dump()[kind].as_array().map_or(0, Vec::len);
        let limit = if random.chance(30) { 0 } else { there + room };
        let back = json!({ kind: null });
        govern("limits", json!({ kind: limit }), back, words(&[name])).await;
    }
    if let Some(mut random) = draw.feature("policy", 8) {
        let policy = random
            .pick(&["constraints/compute.disableVpcExternalIpv6", "constraints/compute.requireVpcFlowLogs"]);
        let named = words(&[policy.rsplit('.').next().unwrap_or_default()]);
        govern("policies", json!({ "constraints": [policy] }), json!({ "constraints": [] }), named).await;
    }
    if let Some(mut random) = draw.feature("services-off", 8) {
        let off = random.pick(&["cloudresourcemanager.googleapis.com", "networkconnectivity.googleapis.com"]);
        let document = json!({ "project": PROJECT, "disabled": [off] });
        govern("services", document, json!({ "project": PROJECT, "disabled": [] }), Vec::new()).await;
    }
}

/// Takes a permission from the controller.
async fn lack(govern: &mut impl AsyncFnMut(&'static str, Value, Value, Vec<String>), missing: &str) {
    let lack = json!({ "caller": CONTROLLER, "missing": [missing] });
    let back = json!({ "caller": CONTROLLER, "missing": [] });
    govern("permissions", lack, back, words(&[missing])).await;
}

async fn machines(draw: &mut Draw, stage: &Stage, all: &mut Vec<Obstacle>) {
    let (life, last) = (stage.life(), stage.machines.borrow().last().cloned());
    let Some(last) = last else { return };
    let change =
        |field: &str, value: Value| of(json!({ "zone": last.zone, "name": last.name, field: value }));
    if let Some(mut random) = draw.feature("vm-stopped", 6) {
        let status = random.pick(&["TERMINATED", "SUSPENDED"]);
        life.cloud.change_instance(&change("status", json!(status))).await;
    }
    if draw.feature("vm-deaf", 3).is_some() {
        life.cloud.change_instance(&change("canIpForward", json!(false))).await;
        let remedy = Remedy::Machine(change("canIpForward", json!(true)));
        all.push(Obstacle { words: vec![last.name.clone()], remedy });
    }
    if draw.feature("vm-gone", 6).is_some() {
        let _ = stage.hands().delete(&format!("zones/{}/instances/{}", last.zone, last.name)).await;
        stage.machines.borrow_mut().retain(|machine| *machine != last);
        return;
    }
    if draw.feature("vm-foreign-alias", 8).is_some() {
        let nodes = stage.hands().get(&stage.world().shoot.nodes_subnet_path()).await.unwrap().unwrap();
        if nodes["secondaryIpRanges"][0]["rangeName"] == "foreign" {
            alias(stage, &last.zone, &last.name, "172.30.5.0/24", "foreign").await;
        }
    }
    if draw.feature("route-tagged", 3).is_some() {
        let routes = stage.hands().list("global/routes").await.unwrap();
        let route = routes
            .into_iter()
            .find(|route| route["description"] == "k8s-node-route" && route["destRange"] == *last.pod_cidr);
        if let Some(mut route) = route {
            let path = format!("global/routes/{}", route["name"].as_str().unwrap());
            let _ = stage.hands().delete(&path).await;
            for field in ["id", "creationTimestamp", "selfLink", "kind", "routeType", "warnings"] {
                route.as_object_mut().unwrap().remove(field);
            }
            route["tags"] = json!(["edge"]);
            // The cloud-controller-manager may have been faster, as it calls the route the same.
            let _ = stage.hands().insert("global/routes", route).await;
            all.push(Obstacle {
                words: words(&[path.rsplit('/').next().unwrap_or_default(), &last.name]),
                remedy: Remedy::Remake(path),
            });
        }
    }
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

/// Some other permission goes.
pub(super) async fn take_permission(stage: &Stage, random: &mut Random) -> Obstacle {
    let missing = random.pick(&PERMISSIONS);
    let life = stage.life();
    life.cloud.govern("permissions", &json!({ "caller": CONTROLLER, "missing": [missing] })).await;
    let back = json!({ "caller": CONTROLLER, "missing": [] });
    Obstacle { words: words(&[missing]), remedy: Remedy::Govern("permissions", back) }
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
