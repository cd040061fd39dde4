//! The shoot's Cloud NAT: one entry in the list of NATs of a router, beside entries of others.

use serde_json::{Map, Value, json};

use super::context::Context;
use super::difference::{FieldChange, differences};
use super::draft::Draft;
use super::resource::{Kind, ResourceRef, has_address};
use super::{Action, Reason, StepId};
use crate::snapshot::Router;
use crate::vocabulary::{Purpose, ResourceName};

/// Adds or corrects the shoot's NAT; entries of others are sent back as they were read.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    let Some(router) = &context.seen.cloud.router else { return };
    let (Some(subnet), Some(addresses)) = (nodes_subnet(context), addresses(context)) else { return };
    let wanted = managed(context, &subnet, &addresses);
    let name = &context.target.nat.name;
    let present = router.nats.iter().find(|nat| is_called(nat, name));
    let changes: Vec<FieldChange> = match present {
        Some(present) => differences(present, &compared(context, &wanted)),
        None => Vec::new(),
    };
    if present.is_some() && changes.is_empty() {
        return;
    }
    let mut entry = present.cloned().unwrap_or_default();
    entry.insert("name".to_owned(), json!(name));
    for (field, value) in wanted {
        match value {
            Value::Null => entry.remove(field),
            value => entry.insert(field.to_owned(), value),
        };
    }
    let mut nats = router.nats.clone();
    match nats.iter_mut().find(|nat| is_called(nat, name)) {
        Some(nat) => *nat = entry,
        None => nats.push(entry),
    }
    let action = set(context, router, nats);
    if present.is_some() {
        draft.change(context, StepId::Nat, action, changes);
    } else {
        draft.act(StepId::Nat, action, Reason::NoNat);
    }
}

/// Removes the shoot's NAT; entries of others are sent back as they were read.
pub(super) fn remove(context: Context<'_>, draft: &mut Draft) {
    let Some(router) = &context.seen.cloud.router else { return };
    let name = &context.target.nat.name;
    let (ours, others): (Vec<_>, Vec<_>) = router.nats.iter().cloned().partition(|nat| is_called(nat, name));
    if !ours.is_empty() {
        draft.act(StepId::Nat, set(context, router, others), Reason::NatDeleted);
    }
}

/// Whether `nat` is named `name`.
pub(super) fn is_called(nat: &Map<String, Value>, name: &str) -> bool {
    nat.get("name").and_then(Value::as_str) == Some(name)
}

/// The name of another NAT on the router that refers to the address at `path`, be it in use, draining or in a rule.
pub(super) fn other_user(context: Context<'_>, path: &str) -> Option<String> {
    let nats = context.seen.cloud.router.iter().flat_map(|router| &router.nats);
    let mut others = nats.filter(|nat| !is_called(nat, &context.target.nat.name));
    let other = others.find(|nat| has_address(nat, path))?;
    Some(other.get("name").and_then(Value::as_str).unwrap_or_default().to_owned())
}

fn set(context: Context<'_>, router: &Router, nats: Vec<Map<String, Value>>) -> Action {
    Action::SetNats {
        router: ResourceRef::regional(Kind::Router, &context.target.region, &router.name),
        nat: context.target.nat.name.clone(),
        before: router.nats.clone(),
        nats,
    }
}

/// The path of the nodes subnet; `None` until it exists.
fn nodes_subnet(context: Context<'_>) -> Option<String> {
    let name = context.target.nodes_subnet();
    context.seen.cloud.subnet(&context.target.region, &name)?;
    Some(context.target.subnet_path(Purpose::Nodes))
}

/// The paths of the configured addresses, in order; `None` until all exist.
fn addresses(context: Context<'_>) -> Option<Vec<String>> {
    let found = |name: &ResourceName| context.seen.cloud.external_address(name);
    let names = context.target.nat.distinct().into_iter();
    names.map(|name| found(name).map(|address| address.path.clone())).collect()
}

/// The managed fields and their wanted values; null if the field shall be absent.
fn managed(context: Context<'_>, subnet: &str, addresses: &[String]) -> Vec<(&'static str, Value)> {
    let (nat, timeouts) = (&context.target.nat, context.target.nat.timeouts);
    let automatic = addresses.is_empty();
    vec![
        ("natIpAllocateOption", json!(if automatic { "AUTO_ONLY" } else { "MANUAL_ONLY" })),
        ("natIps", if automatic { Value::Null } else { json!(addresses) }),
        ("sourceSubnetworkIpRangesToNat", json!("LIST_OF_SUBNETWORKS")),
        // All ranges, because pods have aliases from a secondary range.
        ("subnetworks", json!([{ "name": subnet, "sourceIpRangesToNat": ["ALL_IP_RANGES"] }])),
        ("logConfig", json!({ "enable": true, "filter": "ERRORS_ONLY" })),
        (MIN_PORTS, ports(nat.min_ports_per_vm)),
        (MAX_PORTS, ports(nat.max_ports_per_vm)),
        ("enableDynamicPortAllocation", json!(nat.dynamic_ports)),
        // Sent even if false, so that it is switched off whether or not Google keeps the value of an absent field.
        ("enableEndpointIndependentMapping", json!(nat.endpoint_independent_mapping)),
        ("icmpIdleTimeoutSec", json!(timeouts.icmp)),
        ("udpIdleTimeoutSec", json!(timeouts.udp)),
        ("tcpTransitoryIdleTimeoutSec", json!(timeouts.tcp_transitory)),
        ("tcpEstablishedIdleTimeoutSec", json!(timeouts.tcp_established)),
        ("tcpTimeWaitTimeoutSec", json!(timeouts.tcp_time_wait)),
    ]
}

/// The JSON of a number of ports; zero becomes null, which is Google's default.
fn ports(number: i32) -> Value {
    if number == 0 { Value::Null } else { json!(number) }
}

const MIN_PORTS: &str = "minPortsPerVm";
const MAX_PORTS: &str = "maxPortsPerVm";

/// The managed fields that are compared. Without dynamic allocation the maximum of ports has no effect, and whether Google keeps
/// it then is not known.
fn compared(context: Context<'_>, wanted: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    let counts = |field: &str, value: &Value| match field {
        MIN_PORTS => !value.is_null(),
        MAX_PORTS => !value.is_null() && context.target.nat.dynamic_ports,
        _ => true,
    };
    wanted.iter().filter(|(field, value)| counts(field, value)).cloned().collect()
}
