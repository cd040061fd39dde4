//! Actions drawn at random from a snapshot, beyond those that plans consist of. Google may refuse them.

use std::collections::BTreeSet;

use planner::desired::Target;
use planner::plan::Action;
use planner::plan::resource::{
    Body, Change, FirewallRule, Kind, NewNetwork, NewRouter, NewServiceAccount, NewSubnet, Place,
    ResourceRef, SubnetChange,
};
use planner::snapshot::{Router, Snapshot, Subnet, Vm};
use planner::vocabulary::{FlowLogs, Sampling};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, IteratorRandom};
use serde_json::{Map, Value, json};

use super::configuration::REGION;
use super::world::address;

/// The fingerprint of no reading.
const STALE: &str = "c3RhbGU=";

/// Up to four actions, on different resources. A second action on a resource could succeed or not, depending on whether Google takes
/// the first for a change.
pub(super) fn draw(rng: &mut StdRng, target: &Target, seen: &Snapshot) -> Vec<Action> {
    let mut objects = BTreeSet::new();
    let actions = (0..4).filter_map(|_| one(rng, target, seen));
    actions.filter(|action| action.object().is_none_or(|object| objects.insert(object))).collect()
}

/// An action; `None` if the snapshot does not have a resource for it.
fn one(rng: &mut StdRng, target: &Target, seen: &Snapshot) -> Option<Action> {
    match rng.random_range(0..13) {
        0..4 => change_of_subnet(rng, seen),
        4 => on_firewalls(rng, seen),
        5 => insert(rng, target, seen),
        6..8 => delete(rng, seen),
        8 => nats(rng, target, seen.cloud.router.as_ref()?),
        9 => aliases(rng, seen),
        10..12 => Some(of_the_seed(rng, seen)),
        _ => Some(Action::Patch {
            object: ResourceRef::global(Kind::Network, &seen.cloud.network.as_ref()?.name),
            change: Change::RoutingMode((*["GLOBAL", "REGIONAL"].choose(rng)?).to_owned()),
        }),
    }
}

fn change_of_subnet(rng: &mut StdRng, seen: &Snapshot) -> Option<Action> {
    let here = seen.cloud.subnets.iter().filter(|subnet| subnet.region == REGION);
    let subnet = here.choose(rng)?;
    let object = ResourceRef::regional(Kind::Subnet, REGION, &subnet.name);
    if rng.random_bool(0.15) {
        return Some(Action::Patch { object, change: Change::Range(subnet.range.supernet()?) });
    }
    let logs = FlowLogs {
        interval: "INTERVAL_1_MIN".to_owned(),
        sampling: Sampling::new(0.75),
        metadata: "INCLUDE_ALL_METADATA".to_owned(),
    };
    let change = match rng.random_range(0..5) {
        0 => SubnetChange::Overlap(!subnet.overlap),
        1 => SubnetChange::SecondaryRanges(secondary_ranges(rng, subnet)),
        2 => SubnetChange::DualStack,
        3 => SubnetChange::FlowLogs(subnet.flow_logs.is_none()),
        _ => SubnetChange::LogConfig(logs),
    };
    let fingerprint = if rng.random_bool(0.1) { STALE.to_owned() } else { subnet.fingerprint.clone() };
    Some(Action::Patch { object, change: Change::Subnet { fingerprint, change } })
}

/// The secondary ranges of a subnet with one more, one less, or none.
fn secondary_ranges(rng: &mut StdRng, subnet: &Subnet) -> Vec<Value> {
    let mut list: Vec<Value> = subnet.secondary.iter().map(|range| range.raw.clone()).collect();
    let number = rng.random_range(0..200);
    match rng.random_range(0..3) {
        0 => drop(list.pop()),
        1 => list.clear(),
        _ => list.push(
            json!({ "rangeName": format!("more-{number}"), "ipCidrRange": format!("172.20.{number}.0/24") }),
        ),
    }
    list
}

fn rule(rng: &mut StdRng, network: &str) -> FirewallRule {
    let sources = ["10.1.0.0/16", "10.2.0.0/16"].into_iter().filter(|_| rng.random_bool(0.6));
    FirewallRule {
        network: network.to_owned(),
        source_ranges: sources.map(str::to_owned).collect(),
        allowed: vec![("udp".to_owned(), vec!["53".to_owned()]), ("icmp".to_owned(), Vec::new())],
        priority: 1100,
    }
}

fn on_firewalls(rng: &mut StdRng, seen: &Snapshot) -> Option<Action> {
    let network = &seen.cloud.network.as_ref()?.url;
    let rule = rule(rng, network);
    match seen.cloud.firewalls.choose(rng).filter(|_| rng.random_bool(0.7)) {
        Some(present) => Some(Action::Patch {
            object: ResourceRef::global(Kind::Firewall, &present.name),
            change: Change::Firewall(rule),
        }),
        None => Some(Action::Insert {
            object: ResourceRef::global(Kind::Firewall, "more"),
            body: Body::Firewall(rule),
        }),
    }
}

fn insert(rng: &mut StdRng, target: &Target, seen: &Snapshot) -> Option<Action> {
    let Some(network) = &seen.cloud.network else {
        // The state records the project before the first insert.
        seen.state.project()?;
        let body = NewNetwork { mtu: Some(1460), routing_mode: "GLOBAL".to_owned() };
        let object = ResourceRef::global(Kind::Network, &target.network.name);
        return Some(Action::Insert { object, body: Body::Network(body) });
    };
    let number = rng.random_range(0..4);
    Some(match rng.random_range(0..4) {
        0 => Action::Insert {
            object: ResourceRef::global(Kind::ServiceAccount, target.service_account_email()),
            body: Body::ServiceAccount(NewServiceAccount {
                id: target.cluster.to_string(),
                display_name: target.cluster.to_string(),
            }),
        },
        1 => Action::Insert {
            object: ResourceRef::regional(Kind::Router, REGION, &target.router.name),
            body: Body::Router(NewRouter { network: network.url.clone() }),
        },
        _ => Action::Insert {
            object: ResourceRef::regional(Kind::Subnet, REGION, format!("more-{number}")),
            body: Body::Subnet(NewSubnet {
                description: String::new(),
                network: network.url.clone(),
                range: format!("10.60.{number}.0/24").parse().ok()?,
                dual_stack: rng.random_bool(0.5),
                secondary: rng
                    .random_bool(0.5)
                    .then(|| ("extra".into(), format!("10.61.{number}.0/24").parse().unwrap())),
                flow_logs: None,
            }),
        },
    })
}

fn delete(rng: &mut StdRng, seen: &Snapshot) -> Option<Action> {
    let cloud = &seen.cloud;
    let object = match rng.random_range(0..7) {
        0 => ResourceRef::global(Kind::Network, &cloud.network.as_ref()?.name),
        1 => ResourceRef::regional(Kind::Subnet, REGION, &cloud.subnets.choose(rng)?.name),
        2 => ResourceRef::regional(Kind::Router, REGION, &cloud.router.as_ref()?.name),
        3 => ResourceRef::global(Kind::Firewall, &cloud.firewalls.choose(rng)?.name),
        4 => ResourceRef::global(Kind::Route, &cloud.routes.choose(rng)?.name),
        5 => {
            let vm = cloud.vms.keys().choose(rng)?;
            ResourceRef { kind: Kind::Vm, place: Place::Zone(vm.zone.clone()), name: vm.name.clone() }
        }
        _ => ResourceRef::global(Kind::ServiceAccount, &cloud.service_account.as_ref()?.email),
    };
    Some(Action::Delete { object, traffic: None })
}

/// A list of NATs with one more, one less, or another timeout; sometimes based on another list than the present one.
fn nats(rng: &mut StdRng, target: &Target, router: &Router) -> Option<Action> {
    let mut nats = router.nats.clone();
    let mut name = target.nat.name.clone();
    match rng.random_range(0..3) {
        0 if !nats.is_empty() => {
            let gone = nats.remove(rng.random_range(0..nats.len()));
            name = gone.get("name")?.as_str()?.into();
        }
        1 if !nats.is_empty() => {
            let place = rng.random_range(0..nats.len());
            nats.get_mut(place)?.insert("udpIdleTimeoutSec".to_owned(), json!(rng.random_range(31..60)));
        }
        _ => {
            let subnet = format!("regions/{REGION}/subnetworks/{}", target.nodes_subnet());
            let mut nat = json!({
                "name": "more", "natIpAllocateOption": "AUTO_ONLY",
                "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
                "subnetworks": [{ "name": format!("projects/{}/{subnet}", target.project), "sourceIpRangesToNat": ["ALL_IP_RANGES"] }],
            });
            if rng.random_bool(0.5) {
                (nat["natIpAllocateOption"], nat["natIps"]) = (json!("MANUAL_ONLY"), json!([address(2)]));
            }
            name = "more".into();
            nats.push(nat.as_object()?.clone());
        }
    }
    let before = if rng.random_bool(0.1) { vec![Map::new()] } else { router.nats.clone() };
    let router = ResourceRef::regional(Kind::Router, REGION, &router.name);
    Some(Action::SetNats { router, nat: name, before, nats })
}

/// The aliases of a VM with one more, or none.
fn aliases(rng: &mut StdRng, seen: &Snapshot) -> Option<Action> {
    let Vm { id, nic, .. } = seen.cloud.vms.values().choose(rng)?;
    let mut aliases: Vec<Value> = nic.aliases.iter().map(|alias| alias.raw.clone()).collect();
    if rng.random_bool(0.4) {
        aliases.clear();
    } else {
        let subnet = seen.cloud.subnet(&REGION.into(), &nic.subnet)?;
        let address = subnet.range.hosts().nth(rng.random_range(1000..2000))?;
        aliases.push(json!({ "ipCidrRange": format!("{address}/32") }));
    }
    let fingerprint = if rng.random_bool(0.1) { STALE.to_owned() } else { nic.fingerprint.clone() };
    Some(Action::SetAliases { vm: id.clone(), nic: nic.name.clone(), fingerprint, aliases })
}

fn of_the_seed(rng: &mut StdRng, seen: &Snapshot) -> Action {
    match rng.random_range(0..3) {
        0 => {
            let resource = seen.ccm.managed_resource;
            Action::IgnoreControlPlane {
                ignore: resource.is_none_or(|resource| !resource.ignore),
                version: seen.ccm.managed_resource_version.clone(),
            }
        }
        1 => Action::ScaleCcm {
            replicas: rng.random_range(0..3),
            version: seen.ccm.deployment_version.clone(),
        },
        _ => {
            let mut state = seen.state.clone();
            state.data.insert("noted".to_owned(), rng.random_range(0..100).to_string());
            state.journal.overlap_before = Some(rng.random_bool(0.5));
            Action::WriteState(Box::new(state))
        }
    }
}
