//! The NATs of a router: those of others go back as they came, ours becomes what the target says or is taken off.

use serde_json::{Map, Value, json};

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::plan::resource::ResourceRef;
use crate::vocabulary::{Purpose, subnet_name};

/// A NAT as the API writes it.
type Nat = Map<String, Value>;

/// Judges the replacement of a router's list of NATs.
pub(super) fn set(
    evidence: &Evidence<'_>,
    object: &ResourceRef,
    name: &str,
    before: &[Nat],
    after: &[Nat],
) -> Judgement {
    evidence.in_region(object)?;
    let rule = Rule::RouterRead;
    let router = evidence.seen.cloud.router.as_ref().filter(|router| {
        router.name == object.name
            && router.name == evidence.target.router.name
            && router.network == evidence.target.network_path()
    });
    let router = rule.finds(router, || "it was not seen as the shoot's router in its VPC")?;
    rule.demands(router.nats == before, || "the list does not start from the one that was read")?;
    let others =
        |list: &[Nat]| -> Vec<Nat> { list.iter().filter(|nat| !is_own(evidence, nat)).cloned().collect() };
    Rule::NatsKept
        .demands(others(before) == others(after), || "a NAT of somebody else would be lost or changed")?;
    let rule = Rule::NatOwn;
    rule.demands(*name == *evidence.target.nat.name, || format!("{name} is not the shoot's NAT"))?;
    let ours =
        |list: &[Nat]| -> Vec<Nat> { list.iter().filter(|nat| is_own(evidence, nat)).cloned().collect() };
    let (present, wanted) = (ours(before), ours(after));
    if evidence.leaves() {
        let nodes = subnet_name(&evidence.target.cluster, Purpose::Nodes);
        rule.demands(!evidence.others.are_in(&nodes), || "VMs of others leave through it")?;
        return rule.demands(!present.is_empty() && wanted.is_empty(), || "it would not be taken off");
    }
    let [wanted] = wanted.as_slice() else {
        return rule.demands(false, || "it would not be there once");
    };
    // In its place, or at the end.
    let place = |list: &[Nat]| list.iter().position(|nat| is_own(evidence, nat));
    rule.demands(place(after) == place(before).or(Some(before.len())), || "it would change its place")?;
    let nothing = Nat::new();
    entry(evidence, present.first().unwrap_or(&nothing), wanted)
}

/// Whether a NAT is the shoot's.
pub(super) fn is_own(evidence: &Evidence<'_>, nat: &Nat) -> bool {
    nat.get("name").and_then(Value::as_str) == Some(evidence.target.nat.name.as_str())
}

/// Judges the shoot's own entry: its managed fields must be as the target says, all others as they were read.
fn entry(evidence: &Evidence<'_>, present: &Nat, wanted: &Nat) -> Judgement {
    let rule = Rule::NatOwn;
    let there = evidence.subnet(Purpose::Nodes).is_some();
    rule.demands(there, || "the nodes subnet, which it is for, was not seen")?;
    let managed = managed(evidence)?;
    for (field, value) in &managed {
        rule.demands(wanted.get(*field) == value.as_ref(), || {
            format!("its {field} is not what it shall be")
        })?;
    }
    let unmanaged = |nat: &Nat| -> Nat {
        let fields = nat.iter().filter(|(name, _)| !managed.iter().any(|(managed, _)| managed == name));
        fields.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let (before, mut after) = (unmanaged(present), unmanaged(wanted));
    if present.is_empty() {
        after.remove("name");
    }
    rule.demands(before == after, || "a field of it that is not managed would change")
}

/// The managed fields with their wanted values; `None`: the field shall be absent, and Google chooses.
fn managed(evidence: &Evidence<'_>) -> Result<Vec<(&'static str, Option<Value>)>, super::rule::Breach> {
    let (target, nat) = (evidence.target, &evidence.target.nat);
    let seen = evidence.seen.cloud.addresses.iter().flatten();
    let mut paths: Vec<&str> = Vec::new();
    for name in &nat.addresses {
        let address = seen.clone().find(|address| address.external && address.name == *name);
        let address = Rule::NatOwn.finds(address, || format!("no external address {name} was seen"))?;
        if !paths.contains(&address.path.as_str()) {
            paths.push(&address.path);
        }
    }
    let ports = |number: i32| Some(json!(number)).filter(|_| number != 0);
    let subnet = format!(
        "projects/{}/regions/{}/subnetworks/{}",
        target.project,
        target.region,
        subnet_name(&target.cluster, Purpose::Nodes)
    );
    let option = if paths.is_empty() { "AUTO_ONLY" } else { "MANUAL_ONLY" };
    Ok(vec![
        ("natIpAllocateOption", Some(json!(option))),
        ("natIps", Some(json!(paths)).filter(|_| !paths.is_empty())),
        ("sourceSubnetworkIpRangesToNat", Some(json!("LIST_OF_SUBNETWORKS"))),
        ("subnetworks", Some(json!([{ "name": subnet, "sourceIpRangesToNat": ["ALL_IP_RANGES"] }]))),
        ("logConfig", Some(json!({ "enable": true, "filter": "ERRORS_ONLY" }))),
        ("minPortsPerVm", ports(nat.min_ports_per_vm)),
        ("maxPortsPerVm", ports(nat.max_ports_per_vm)),
        ("enableDynamicPortAllocation", Some(json!(nat.dynamic_ports))),
        ("enableEndpointIndependentMapping", Some(json!(nat.endpoint_independent_mapping))),
        ("icmpIdleTimeoutSec", Some(json!(nat.timeouts.icmp))),
        ("udpIdleTimeoutSec", Some(json!(nat.timeouts.udp))),
        ("tcpTransitoryIdleTimeoutSec", Some(json!(nat.timeouts.tcp_transitory))),
        ("tcpEstablishedIdleTimeoutSec", Some(json!(nat.timeouts.tcp_established))),
        ("tcpTimeWaitTimeoutSec", Some(json!(nat.timeouts.tcp_time_wait))),
    ])
}
