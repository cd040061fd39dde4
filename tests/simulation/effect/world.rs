//! Initial worlds drawn at random: from an empty project to a migration half done, with drift and with resources of others.

use fake_gcp::Settings;
use fake_gcp::settings::{AliasOrder, Lags, Switches, Verdict};
use planner::desired::Target;
use planner::journal::{Entry, Journal, PROJECT as PROJECT_KEY, Phase, RESOURCES_EXIST, State};
use planner::vocabulary::{POD_RANGE_NAME, Purpose, VmRef, subnet_name};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::configuration::{CLUSTER, PROJECT, REGION};

/// An initial world.
pub(super) struct World {
    /// The resources in the cloud, as a seed of the fake.
    pub(super) cloud: Value,
    /// The content of `status.state`.
    pub(super) state: State,
    /// The number of pods of the cloud-controller-manager; `None` if it does not exist.
    pub(super) ccm: Option<u32>,
}

/// The progress of the migration from routes to aliases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Routes,
    Overlap,
    Range,
    Aliases,
    Deleting,
}

/// A random world for a shoot with this `target`.
pub(super) fn draw(rng: &mut StdRng, target: &Target) -> World {
    let all = [Progress::Routes, Progress::Overlap, Progress::Range, Progress::Aliases, Progress::Deleting];
    let progress = if target.dual_stack { *all.choose(rng).unwrap() } else { Progress::Routes };
    let network = target.network.name.to_string();
    let own = network == CLUSTER;
    let mut cloud = json!({
        "networks": [], "addresses": [], "serviceAccounts": [],
        "subnetworks": [], "instances": [], "routes": [], "routers": [], "firewalls": [],
    });
    for number in 0..3 {
        let name = format!("egress-{number}");
        add(
            &mut cloud,
            "addresses",
            json!({ "region": REGION, "name": name, "address": format!("203.0.113.{number}") }),
        );
    }
    if rng.random_bool(0.3) {
        add(&mut cloud, "serviceAccounts", json!({ "accountId": CLUSTER, "displayName": CLUSTER }));
    }
    let ccm = rng.random_bool(0.9).then(|| rng.random_range(0..3));
    // A VPC of the user usually exists.
    if rng.random_bool(if own { 0.25 } else { 0.05 }) {
        return World { cloud, state: State::default(), ccm };
    }
    add(&mut cloud, "networks", json!({ "name": network, "defaultRoute": rng.random_bool(0.8) }));
    if own && rng.random_bool(0.25) {
        return World { cloud, state: state(rng, Progress::Routes, &[]), ccm };
    }
    let missing = |rng: &mut StdRng| rng.random_bool(0.25);
    let nodes = (progress > Progress::Routes || !missing(rng)).then(|| nodes_subnet(rng, &network, progress));
    let vms = match &nodes {
        Some(_) => nodes_of(rng, &mut cloud, &network, progress),
        None => Vec::new(),
    };
    cloud["subnetworks"].as_array_mut().unwrap().extend(nodes.clone().map(of_project));
    for (purpose, range) in [(Purpose::Internal, "10.251.0.0/25"), (Purpose::Services, "100.64.0.0/13")] {
        if !missing(rng) {
            let mut subnet = subnet(&subnet_name(CLUSTER, purpose), &network, range);
            if rng.random_bool(0.3) {
                (subnet["stackType"], subnet["ipv6AccessType"]) = (json!("IPV4_IPV6"), json!("EXTERNAL"));
            }
            add(&mut cloud, "subnetworks", subnet);
        }
    }
    egress(rng, &mut cloud, target, nodes.is_some());
    firewalls(rng, &mut cloud, &network);
    others(rng, &mut cloud, &network);
    World { cloud, state: state(rng, progress, &vms), ccm }
}

/// Random readings of what is not known of Google, as far as an effect could depend on them.
pub(super) fn settings(rng: &mut StdRng, seed: u64) -> Settings {
    let switches = Switches {
        alias_order: *[AliasOrder::Keep, AliasOrder::Cidr, AliasOrder::RangeName].choose(rng).unwrap(),
        flag_off_over_routes: *[Verdict::Refuse, Verdict::Accept].choose(rng).unwrap(),
        fresh_subnet_without_log_config: rng.random_bool(0.5),
        internet_routes_keep_network: rng.random_bool(0.2),
        ..Switches::default()
    };
    // Without delay: an IPv6 range that appears in the middle of a look would show in one list and not in another.
    let lags = Lags { external_ipv6_prefix: jiff::SignedDuration::ZERO, ..Lags::default() };
    Settings { seed, switches, lags, ..Settings::default() }
}

fn subnet(name: &str, network: &str, range: &str) -> Value {
    json!({ "region": REGION, "name": name, "network": network, "ipCidrRange": range })
}

fn nodes_subnet(rng: &mut StdRng, network: &str, progress: Progress) -> Value {
    let range = *["10.250.0.0/16", "10.250.0.0/17", "10.250.0.0/18"].choose(rng).unwrap();
    let mut nodes = subnet(&subnet_name(CLUSTER, Purpose::Nodes), network, range);
    let mut secondary = Vec::new();
    if rng.random_bool(0.3) {
        secondary.push(json!({ "rangeName": "theirs", "ipCidrRange": "172.16.0.0/20" }));
    }
    if progress >= Progress::Range {
        secondary.push(json!({ "rangeName": POD_RANGE_NAME, "ipCidrRange": "100.96.0.0/11" }));
    }
    nodes["secondaryIpRanges"] = json!(secondary);
    if progress >= Progress::Overlap {
        nodes["allowSubnetCidrRoutesOverlap"] = json!(true);
    }
    nodes
}

/// Adds nodes with routes, aliases or both, and returns their VMs.
fn nodes_of(rng: &mut StdRng, cloud: &mut Value, network: &str, progress: Progress) -> Vec<VmRef> {
    let mut vms = Vec::new();
    for number in 0..rng.random_range(0..4) {
        let vm = VmRef {
            zone: format!("{REGION}-b").into(),
            name: format!("{CLUSTER}-pool-z1-abcde-{number}").into(),
        };
        let aliased = progress >= Progress::Aliases || progress == Progress::Range && rng.random_bool(0.5);
        let routed = progress < Progress::Deleting || rng.random_bool(0.6);
        let there = rng.random_bool(0.9);
        let range = format!("100.96.{number}.0/24");
        let alias = json!({ "ipCidrRange": range, "subnetworkRangeName": POD_RANGE_NAME });
        let aliases: Vec<Value> = Some(alias).filter(|_| aliased).into_iter().collect();
        if there {
            add(
                cloud,
                "instances",
                json!({
                    "zone": vm.zone, "name": vm.name, "subnetwork": subnet_name(CLUSTER, Purpose::Nodes),
                    "aliasIpRanges": aliases, "tags": [CLUSTER],
                }),
            );
        }
        if routed {
            add(
                cloud,
                "routes",
                json!({
                    "name": format!("{CLUSTER}-0a1b2c3d-0000-4000-8000-{number:012}"), "network": network,
                    "destRange": range, "description": "k8s-node-route",
                    "nextHopInstance": format!("zones/{}/instances/{}", vm.zone, vm.name),
                }),
            );
        }
        vms.push(vm);
    }
    vms
}

fn egress(rng: &mut StdRng, cloud: &mut Value, target: &Target, with_nodes: bool) {
    if rng.random_bool(0.2) {
        return;
    }
    let mut nats = Vec::new();
    if rng.random_bool(0.5) {
        let nodes = format!("regions/{REGION}/subnetworks/{}", subnet_name(CLUSTER, Purpose::Nodes));
        let subnets = json!([{ "name": nodes, "sourceIpRangesToNat": ["ALL_IP_RANGES"] }]);
        if with_nodes {
            let mut nat = json!({
                "name": target.nat.name, "natIpAllocateOption": "AUTO_ONLY",
                "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS", "subnetworks": subnets,
                "tcpTimeWaitTimeoutSec": rng.random_range(100..120),
            });
            if rng.random_bool(0.5) {
                nat["natIpAllocateOption"] = json!("MANUAL_ONLY");
                nat["natIps"] = json!([address(rng.random_range(0..3))]);
            }
            nats.push(nat);
        }
    }
    add(
        cloud,
        "routers",
        json!({
            "region": REGION, "name": target.router.name, "network": target.network.name, "nats": nats,
        }),
    );
}

/// The partial URL of a reserved address.
pub(super) fn address(number: usize) -> String {
    format!("projects/{PROJECT}/regions/{REGION}/addresses/egress-{number}")
}

fn firewalls(rng: &mut StdRng, cloud: &mut Value, network: &str) {
    for name in
        ["internal-access", "health-checks", "internal-access-ipv6", "health-checks-ipv6", "external-access"]
    {
        if rng.random_bool(0.5) {
            let source = if name.ends_with("ipv6") { "2600:1900::/64" } else { "10.0.0.0/8" };
            add(
                cloud,
                "firewalls",
                json!({
                    "network": network, "name": format!("{CLUSTER}-allow-{name}"), "sourceRanges": [source],
                    "allowed": [{ "IPProtocol": "tcp", "ports": ["1-65535"] }], "priority": rng.random_range(900..1001),
                    "description": "made by hand", "targetTags": ["some"],
                }),
            );
        }
    }
}

/// Adds resources of others in the VPC.
fn others(rng: &mut StdRng, cloud: &mut Value, network: &str) {
    if rng.random_bool(0.4) {
        add(
            cloud,
            "firewalls",
            json!({
                "network": network, "name": "k8s-fw-a", "sourceRanges": ["0.0.0.0/0"],
                "allowed": [{ "IPProtocol": "tcp" }], "targetTags": [CLUSTER],
            }),
        );
    }
    if rng.random_bool(0.4) {
        add(cloud, "subnetworks", subnet("theirs", network, "10.30.0.0/24"));
        add(
            cloud,
            "instances",
            json!({
                "zone": format!("{REGION}-c"), "name": "theirs-1", "subnetwork": "theirs", "tags": ["theirs"],
            }),
        );
        add(
            cloud,
            "routes",
            json!({
                "name": "theirs", "network": network, "destRange": "192.168.0.0/16",
                "nextHopInstance": format!("zones/{REGION}-c/instances/theirs-1"),
            }),
        );
    }
    if rng.random_bool(0.3) {
        let elsewhere = json!({
            "region": "us-east1", "name": "elsewhere", "network": network, "ipCidrRange": "10.31.0.0/24",
        });
        add(cloud, "subnetworks", elsewhere);
    }
}

fn state(rng: &mut StdRng, progress: Progress, vms: &[VmRef]) -> State {
    let phase = match progress {
        Progress::Routes => None,
        Progress::Overlap | Progress::Range | Progress::Aliases => Some(Phase::Preparing),
        Progress::Deleting => Some(Phase::Deleting),
    };
    let entries = vms
        .iter()
        .zip(0..)
        .map(|(vm, number)| Entry::new(vm.clone(), format!("100.96.{number}.0/24").parse().unwrap()));
    let mut state = State::default();
    if phase.is_some() {
        state.journal = Journal {
            phase,
            overlap_before: rng.random_bool(0.8).then_some(false),
            entries: entries.collect(),
            ..Journal::default()
        };
    }
    if phase.is_some() || rng.random_bool(0.5) {
        state.data.insert(RESOURCES_EXIST.to_owned(), "true".to_owned());
        state.data.insert(PROJECT_KEY.to_owned(), PROJECT.to_owned());
    }
    if rng.random_bool(0.3) {
        state.other.insert("unknown".to_owned(), json!({ "kept": true }));
    }
    state
}

fn add(cloud: &mut Value, kind: &str, thing: Value) {
    cloud[kind].as_array_mut().unwrap().push(of_project(thing));
}

fn of_project(mut thing: Value) -> Value {
    thing["project"] = json!(PROJECT);
    thing
}
