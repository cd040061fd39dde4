//! Advice on a configuration that Gardener's admission would have refused. It is reported and stops nothing.
//!
//! Admission checks what users write before it reaches this controller, so what is found here bypassed it, or passed an older
//! version of its rules. A shoot with such a configuration may have been running for years and is not stopped over it. The rules
//! are those for a single document. The rules that compare a new configuration with the old one (a VPC that may not be exchanged,
//! a range that may only grow, an immutable MTU) are left to admission, because a controller never sees the old one.

use ipnet::IpNet;
use serde_json::Value;

use super::config;
use crate::documents::cluster::Shoot;
use crate::documents::config::{CloudNat, FlowLogs, NetworkConfig, Vpc};
use crate::text::Quoted;
use crate::vocabulary::{is_name, ranges};

const INTERVALS: [&str; 6] = [
    "INTERVAL_5_SEC",
    "INTERVAL_30_SEC",
    "INTERVAL_1_MIN",
    "INTERVAL_5_MIN",
    "INTERVAL_10_MIN",
    "INTERVAL_15_MIN",
];
const METADATA: [&str; 3] = ["CUSTOM_METADATA", "EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA"];

/// A field that Gardener's admission would have refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Advice {
    /// The path of the field, below `spec.providerConfig`, or below `shoot`.
    pub path: String,
    /// The problem, for people.
    pub message: String,
}

/// The advice on `raw`, the `spec.providerConfig` of `shoot`. There is none on a document that cannot be decoded, which is an
/// error of [`super::build()`].
pub fn advice(raw: Option<&Value>, shoot: &Shoot) -> Vec<Advice> {
    let Ok(config) = config::decode(raw) else { return Vec::new() };
    let networks = &config.networks;
    let mut list = List(Vec::new());
    ranges_of(networks, shoot, &mut list);
    if let Some(vpc) = &networks.vpc {
        user_vpc(vpc, &mut list);
    }
    if let Some(flow_logs) = &networks.flow_logs {
        flow_logs_of(flow_logs, &mut list);
    }
    if let Some(nat) = &networks.cloud_nat {
        cloud_nat(nat, &mut list);
    }
    mtu(networks, &mut list);
    reported_nodes(shoot, &mut list);
    list.0
}

struct List(Vec<Advice>);

impl List {
    fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(Advice { path: path.into(), message: message.into() });
    }

    /// Parses a range of either family; adds advice if it is no range or its host bits are set.
    fn range(&mut self, path: &str, text: &str) -> Option<IpNet> {
        match ranges::any(text) {
            Ok(range) => {
                if range.trunc() != range {
                    self.add(path, format!("host bits of {text} are set, write {}", range.trunc()));
                }
                Some(range)
            }
            Err(_) => {
                self.add(path, format!("{} is not a range in CIDR form", Quoted(text)));
                None
            }
        }
    }

    fn name(&mut self, path: &str, name: &str) {
        if !is_name(name) {
            self.add(
                path,
                format!("{} is not a name: 1 to 63 lower-case letters, digits and dashes, a letter first, no dash last", Quoted(name)),
            );
        }
    }

    fn one_of(&mut self, path: &str, value: Option<&str>, known: &[&str]) {
        if let Some(value) = value.filter(|value| !known.contains(value)) {
            self.add(path, format!("{} is none of {}", Quoted(value), known.join(", ")));
        }
    }
}

fn ranges_of(networks: &NetworkConfig, shoot: &Shoot, list: &mut List) {
    let mut range = |path, text: &str| if text.is_empty() { None } else { list.range(path, text) };
    let worker = range("networks.worker", &networks.worker);
    let workers = range("networks.workers", &networks.workers);
    let internal =
        networks.internal.as_deref().and_then(|internal| list.range("networks.internal", internal));
    let (path, nodes_subnet) = match (networks.workers.as_str(), networks.worker.as_str()) {
        ("", "") => {
            list.add("networks.workers", "the range of the nodes subnet is missing");
            ("networks.workers", None)
        }
        ("", _) => ("networks.worker", worker),
        _ => ("networks.workers", workers),
    };
    let of_shoot = shoot.spec.networking.clone().unwrap_or_default();
    let parse = |text: &Option<String>| text.as_ref().and_then(|text| ranges::any(text).ok());
    let nodes = parse(&of_shoot.nodes);
    if let (Some(subnet), Some(nodes)) = (nodes_subnet, nodes)
        && !nodes.contains(&subnet)
    {
        list.add(path, format!("{subnet} is not inside the nodes range {nodes} of the shoot"));
    }
    let Some(internal) = internal else { return };
    for (what, other) in [
        ("pods range of the shoot", parse(&of_shoot.pods)),
        ("services range of the shoot", parse(&of_shoot.services)),
        ("nodes range of the shoot", nodes),
        ("range of the nodes subnet", nodes_subnet),
    ] {
        if let Some(other) = other.filter(|other| overlap(&internal, other)) {
            list.add("networks.internal", format!("{internal} overlaps {other}, the {what}"));
        }
    }
}

fn overlap(one: &IpNet, other: &IpNet) -> bool {
    one.contains(&other.network()) || other.contains(&one.network())
}

fn user_vpc(vpc: &Vpc, list: &mut List) {
    if vpc.name.is_empty() {
        list.add("networks.vpc.name", "a VPC without a name is none: the shoot gets its own");
        if vpc.cloud_router.is_some() {
            list.add("networks.vpc.cloudRouter", "a router counts only together with the name of its VPC");
        }
        return;
    }
    list.name("networks.vpc.name", &vpc.name);
    match &vpc.cloud_router {
        None => list.add("networks.vpc.cloudRouter", "a VPC of the user's needs a router of the user's"),
        Some(router) => list.name("networks.vpc.cloudRouter.name", &router.name),
    }
}

fn flow_logs_of(flow_logs: &FlowLogs, list: &mut List) {
    let FlowLogs { aggregation_interval, flow_sampling, metadata } = flow_logs;
    if aggregation_interval.is_none() && flow_sampling.is_none() && metadata.is_none() {
        list.add("networks.flowLogs", "none of aggregationInterval, flowSampling, metadata is given");
    }
    list.one_of("networks.flowLogs.aggregationInterval", aggregation_interval.as_deref(), &INTERVALS);
    list.one_of("networks.flowLogs.metadata", metadata.as_deref(), &METADATA);
    if let Some(sampling) = flow_sampling.filter(|sampling| !(0.0..=1.0).contains(sampling)) {
        list.add("networks.flowLogs.flowSampling", format!("{sampling} is not between 0 and 1"));
    }
}

fn cloud_nat(nat: &CloudNat, list: &mut List) {
    if let Some(names) = &nat.nat_ip_names {
        if names.is_empty() {
            list.add(
                "networks.cloudNAT.natIPNames",
                "a list without names: leave it out for automatic addresses",
            );
        }
        for (index, entry) in names.iter().enumerate() {
            let path = format!("networks.cloudNAT.natIPNames[{index}].name");
            list.name(&path, &entry.name);
            if !entry.name.is_empty() && names.iter().take(index).any(|earlier| earlier.name == entry.name) {
                list.add(path, "named before: an address serves a NAT once");
            }
        }
    }
    let (dynamic, min, max) = (
        "networks.cloudNAT.enableDynamicPortAllocation",
        "networks.cloudNAT.minPortsPerVM",
        "networks.cloudNAT.maxPortsPerVM",
    );
    if !nat.enable_dynamic_port_allocation.unwrap_or_default() {
        if nat.max_ports_per_vm.is_some() {
            list.add(max, "counts only with enableDynamicPortAllocation");
        }
        return;
    }
    if nat.endpoint_independent_mapping.as_ref().is_some_and(|mapping| mapping.enabled) {
        list.add(dynamic, "excludes endpointIndependentMapping");
    }
    for (path, ports) in [(max, nat.max_ports_per_vm), (min, nat.min_ports_per_vm)] {
        if let Some(ports) = ports.filter(|ports| !is_power_of_two_or_zero(*ports)) {
            list.add(path, format!("{ports} is not a power of two"));
        }
    }
    if let (Some(fewest), Some(most)) = (nat.min_ports_per_vm, nat.max_ports_per_vm)
        && fewest > most
    {
        list.add(min, format!("{fewest} is more than maxPortsPerVM, {most}"));
    }
}

fn mtu(networks: &NetworkConfig, list: &mut List) {
    let Some(mtu) = networks.mtu else { return };
    if networks.vpc.as_ref().is_some_and(|vpc| !vpc.name.is_empty()) {
        list.add("networks.mtu", "a VPC of the user's keeps its own");
    }
    if !(1300..=8896).contains(&mtu) {
        list.add("networks.mtu", format!("{mtu} is not between 1300 and 8896"));
    }
}

/// Advice on ranges in the Shoot's status that cannot be parsed.
fn reported_nodes(shoot: &Shoot, list: &mut List) {
    let nodes = shoot.status.networking.iter().flat_map(|networking| &networking.nodes);
    for (index, text) in nodes.enumerate().filter(|(_, text)| ranges::any(text.trim()).is_err()) {
        let message = format!("{} is not a range in CIDR form: it counts for nothing", Quoted(text));
        list.add(format!("shoot.status.networking.nodes[{index}]"), message);
    }
}

fn is_power_of_two_or_zero(ports: i32) -> bool {
    u32::try_from(ports).is_ok_and(|ports| ports == 0 || ports.is_power_of_two())
}
