//! Rules as data: each case of `cases/*.yaml` is a fresh world, settings, and steps with what they must give.

use std::time::Duration;

use fake_gcp::Settings;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::fake::Fake;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    settings: Settings,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// HTTP method and path below the project, or a whole path.
    call: String,
    /// A `fingerprint: current` in it, or a `labelFingerprint`, becomes that of the resource.
    #[serde(default)]
    body: Value,
    /// `ok`; status and reason of a refusal (`400 invalid`); or `operation CODE`.
    #[serde(default = "ok")]
    expect: String,
    /// Part of the message.
    #[serde(default)]
    text: Option<String>,
    /// Values in the reply, by JSON pointer; null: absent.
    #[serde(default)]
    see: Map<String, Value>,
    /// Names of the items of a list, in order.
    #[serde(default)]
    names: Option<Vec<String>>,
    /// The operation is not waited for.
    #[serde(default)]
    in_flight: bool,
    /// Time that passes before the step.
    #[serde(default)]
    after: SignedDuration,
}

fn ok() -> String {
    "ok".to_owned()
}

fn check(yaml: &str) {
    let cases: Vec<Case> = serde_saphyr::from_str(yaml).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let mut fake = Fake::new(case.settings.clone());
        for (number, step) in case.steps.iter().enumerate() {
            let at = format!("{}, step {} ({})", case.name, number + 1, step.call);
            run(&mut fake, step, &at);
        }
    }
}

fn run(fake: &mut Fake, step: &Step, at: &str) {
    fake.advance(Duration::try_from(step.after).unwrap());
    let body = with_fingerprint(fake, step);
    let (status, reply) = fake.call(&step.call, &body);
    let reason = reply.pointer("/error/status").or_else(|| reply.pointer("/error/errors/0/reason"));
    let reason = reason.and_then(Value::as_str).unwrap_or_default();
    let mut seen = if status == 200 { ok() } else { format!("{status} {reason}") };
    let mut message = reply.pointer("/error/message").cloned().unwrap_or_default();
    if reply["kind"] == "compute#operation" && !step.in_flight && !step.call.starts_with("GET") {
        fake.advance(Duration::from_secs(1));
        let operation = fake.operation(&reply);
        assert_eq!(operation["status"], "DONE", "{at}");
        if let Some(error) = operation.pointer("/error/errors/0") {
            seen = format!("operation {}", error["code"].as_str().unwrap());
            message = error["message"].clone();
        }
    }
    assert_eq!(seen, step.expect, "{at}: {reply} {message}");
    if let Some(text) = &step.text {
        assert!(message.as_str().is_some_and(|message| message.contains(text)), "{at}: {message}");
    }
    for (pointer, want) in &step.see {
        assert_eq!(reply.pointer(pointer).unwrap_or(&Value::Null), want, "{at}: {pointer} of {reply}");
    }
    if let Some(names) = &step.names {
        let items = reply["items"].as_array().cloned().unwrap_or_default();
        let seen: Vec<&str> = items.iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(&seen, names, "{at}");
    }
}

fn with_fingerprint(fake: &mut Fake, step: &Step) -> Value {
    let mut body = step.body.clone();
    for field in ["fingerprint", "labelFingerprint"] {
        if body.get(field).is_some_and(|fingerprint| fingerprint == "current") {
            body[field] = current(fake, &step.call, field);
        }
    }
    body
}

/// The fingerprint that a call must bring, as it is now.
fn current(fake: &mut Fake, call: &str, field: &str) -> Value {
    let (_, path) = call.split_once(' ').unwrap();
    let path = path.split('?').next().unwrap();
    let (resource, verb) = match path.rsplit_once('/') {
        Some((resource, verb)) if verb.starts_with("set") || verb.starts_with("update") => (resource, verb),
        _ => (path, ""),
    };
    let read = fake.get(resource);
    match verb {
        "setTags" => read["tags"][field].clone(),
        "setMetadata" => read["metadata"][field].clone(),
        "updateNetworkInterface" => read["networkInterfaces"][0][field].clone(),
        _ => read[field].clone(),
    }
}

#[test]
fn administration() {
    check(include_str!("cases/administration.yaml"));
}

#[test]
fn machines() {
    check(include_str!("cases/machines.yaml"));
}

#[test]
fn what_clients_send() {
    check(include_str!("cases/clients.yaml"));
}

#[test]
fn external_vpn_gateways() {
    check(include_str!("cases/external_vpn_gateways.yaml"));
}

#[test]
fn networks() {
    check(include_str!("cases/networks.yaml"));
}

#[test]
fn subnetworks() {
    check(include_str!("cases/subnetworks.yaml"));
}

#[test]
fn ranges_and_routes() {
    check(include_str!("cases/overlap.yaml"));
}

#[test]
fn routes() {
    check(include_str!("cases/routes.yaml"));
}

#[test]
fn instances() {
    check(include_str!("cases/instances.yaml"));
}

#[test]
fn addresses() {
    check(include_str!("cases/addresses.yaml"));
}

#[test]
fn load_balancers() {
    check(include_str!("cases/load_balancers.yaml"));
}

#[test]
fn target_pools() {
    check(include_str!("cases/target_pools.yaml"));
}

#[test]
fn forwarding_rules() {
    check(include_str!("cases/forwarding_rules.yaml"));
}

#[test]
fn quotas() {
    check(include_str!("cases/quotas.yaml"));
}

#[test]
fn routers() {
    check(include_str!("cases/routers.yaml"));
}

#[test]
fn firewalls() {
    check(include_str!("cases/firewalls.yaml"));
}

#[test]
fn aliases() {
    check(include_str!("cases/aliases.yaml"));
}

#[test]
fn ipv6() {
    check(include_str!("cases/ipv6.yaml"));
}

#[test]
fn permissions() {
    check(include_str!("cases/permissions.yaml"));
}

#[test]
fn policies() {
    check(include_str!("cases/policies.yaml"));
}

#[test]
fn peerings() {
    check(include_str!("cases/peerings.yaml"));
}

#[test]
fn reservations() {
    check(include_str!("cases/reservations.yaml"));
}

#[test]
fn requests_and_lists() {
    check(include_str!("cases/requests.yaml"));
}

#[test]
fn terraform() {
    check(include_str!("cases/terraform.yaml"));
}
