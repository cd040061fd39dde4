//! Each form of a shoot's network, as a file of `testdata/forms/` describes it: created, found converged, changed field by field,
//! deleted. The calls are those of the files and no others, and what was there before is there afterwards.
//!
//! What each is made with stands in `bodies.txt`, a call per line; `UPDATE_GOLDEN=1 cargo test --test simulation lifecycle::forms`
//! writes it anew. A form's own changes lead to a shoot with nothing optional; from there every field is changed, as `changes.yaml` says it for all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::documents::{REGION, Shoot, assert_same, resource};
use super::life::{Life, PROJECT, Setup};
use super::migrating::add_vms;
use crate::support::{CloudCall, block_on};

/// The most reads by which a converged shoot may be looked at.
const READS: usize = 8;

/// What a PATCH of a firewall rule names: all that is managed, so that what it must not have goes.
const RULE: [&str; 13] = [
    "allowed",
    "denied",
    "destinationRanges",
    "direction",
    "disabled",
    "name",
    "network",
    "priority",
    "sourceRanges",
    "sourceServiceAccounts",
    "sourceTags",
    "targetServiceAccounts",
    "targetTags",
];

/// One file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Form {
    /// What it is, in a sentence.
    about: String,
    shoot: Shoot,
    #[serde(default)]
    service_accounts: bool,
    /// The calls that make it.
    created: Vec<String>,
    /// What this form alone is changed by.
    #[serde(default)]
    changes: Vec<Change>,
    /// The calls that take it away.
    deleted: Vec<String>,
}

/// A change of what is wanted, and the calls that carry it out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    /// What is changed, in a few words.
    of: String,
    /// Merged into `networks` of the configuration.
    #[serde(default = "nothing")]
    networks: Value,
    /// `shoot.spec.networking.ipFamilies` from now on.
    families: Option<Vec<String>>,
    /// For a POST the whole body, for a PATCH what it changes; of a NAT what is changed in the entry of the shoot.
    calls: Vec<BTreeMap<String, Value>>,
}

fn nothing() -> Value {
    json!({})
}

/// What every shoot is changed by, as it is for this one.
fn changes_of(shoot: &Shoot) -> Vec<Change> {
    let vpc = &shoot.networks["vpc"];
    let own_router = format!("{}-cloud-router", shoot.name);
    let ipv6 =
        if shoot.families.len() == 2 { ", stackType: IPV4_IPV6, ipv6AccessType: EXTERNAL" } else { "" };
    let text = include_str!("../../../testdata/forms/changes.yaml")
        .replace("$VPC", vpc["name"].as_str().unwrap_or(&shoot.name))
        .replace("$ROUTER", vpc["cloudRouter"]["name"].as_str().unwrap_or(&own_router))
        .replace("$IPV6", ipv6);
    serde_saphyr::from_str(&text).unwrap()
}

/// The fields that differ, as they are `after`; null: they are gone, or false, which is the same.
fn difference(before: &Value, after: &Value) -> Value {
    let known = |object: &Value| {
        let mut object = short(object);
        object.as_object_mut().unwrap().retain(|_, value| *value != Value::Bool(false));
        object
    };
    let (before, after) = (known(before), known(after));
    let names = [&before, &after].into_iter().filter_map(Value::as_object).flat_map(Map::keys);
    let different = names.filter(|name| before.get(name) != after.get(name));
    different.map(|name| (name.clone(), after.get(name).cloned().unwrap_or_default())).collect()
}

/// What `call` changes, given what the project held `before`.
fn effect(shoot: &Shoot, call: &CloudCall, before: &Value) -> Value {
    let (verb, path) = call.label.split_once(' ').unwrap();
    let (kind, name) = path.split_once('/').unwrap_or((path, ""));
    let body = call.body.as_object().cloned().unwrap_or_default();
    match (verb, kind) {
        ("PATCH", "subnetworks") => {
            let mut body = body;
            let fingerprint = body.remove("fingerprint");
            assert!(fingerprint.is_some_and(|fingerprint| fingerprint.is_string()), "{call:?}");
            Value::Object(body)
        }
        ("PATCH", "routers") => {
            assert_eq!(body.keys().collect::<Vec<_>>(), ["nats"], "{call:?}");
            let router = resource(before, kind, name).unwrap();
            nat_change(shoot, &router["nats"], &body["nats"])
        }
        ("PATCH", "firewalls") => {
            assert_eq!(body.keys().collect::<Vec<_>>(), RULE, "{call:?}");
            let mut rule = resource(before, kind, name).unwrap().clone();
            rule.as_object_mut().unwrap().retain(|field, _| RULE.contains(&field.as_str()));
            let sent: Value = body.into_iter().filter(|(_, value)| !value.is_null()).collect();
            difference(&rule, &sent)
        }
        _ => call.body.clone(),
    }
}

/// The same, URLs without their host.
fn short(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.split_once("/projects/") {
            Some((_, path)) => json!(format!("projects/{path}")),
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(short).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), short(value))).collect(),
        value => value.clone(),
    }
}

/// The fields that differ in the entry of the shoot; those of others are as they were.
fn nat_change(shoot: &Shoot, before: &Value, after: &Value) -> Value {
    let split = |nats: &Value| -> (Vec<Value>, Vec<Value>) {
        let nats = nats.as_array().cloned().unwrap_or_default();
        nats.into_iter().partition(|nat| nat["name"] == shoot.nat())
    };
    let ((ours, others), (ours_after, others_after)) = (split(before), split(after));
    assert_eq!(others, others_after, "the NATs of others");
    difference(&ours[0], &ours_after[0])
}

/// What `calls` make, a call per line; of a list of NATs the entry of the shoot.
fn bodies(shoot: &Shoot, calls: &[CloudCall]) -> String {
    let mut lines: Vec<String> = calls
        .iter()
        .filter(|call| call.is_mutation())
        .map(|call| {
            let mut body = short(&call.body);
            body.as_object_mut().unwrap().remove("fingerprint");
            if let Some(nats) = body.get_mut("nats").and_then(Value::as_array_mut) {
                nats.retain(|nat| nat["name"] == shoot.nat());
            }
            format!("{} {body}\n", call.label)
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// Asserts that a further reconciliation reads little and changes nothing.
async fn assert_converged(life: &Life, shoot: &Shoot, what: &str) {
    life.calls();
    life.carry_over(shoot).await;
    life.ask(shoot, "reconcile").await;
    life.settle(shoot).await;
    let calls: Vec<String> = life.calls().into_iter().map(|call| call.label).collect();
    assert!(calls.iter().all(|label| label.starts_with("GET ")), "{what}: {calls:#?}");
    assert!(calls.len() <= READS, "{what}: {} reads: {calls:#?}", calls.len());
}

async fn assert_change(life: &Life, shoot: &Shoot, change: &Change, what: &str) {
    let before = life.dump();
    if let Some(families) = &change.families {
        life.edit_shoot(shoot, &json!({ "spec": { "networking": { "ipFamilies": families } } })).await;
    }
    life.configure(shoot, &change.networks).await;
    life.settle(shoot).await;
    let calls: Vec<CloudCall> = life.calls().into_iter().filter(CloudCall::is_mutation).collect();
    let found: Vec<Value> =
        calls.iter().map(|call| json!({ &call.label: short(&effect(shoot, call, &before)) })).collect();
    assert_eq!(json!(found), json!(change.calls), "{what}");
}

/// Lives it, and tells what it was made with.
fn check(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let form: Form =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    block_on(async {
        let about = &form.about;
        let setup = Setup { service_accounts: form.service_accounts, ..Setup::default() };
        let life = Life::new(&setup).await;
        let (before, shoot) = (life.dump(), &form.shoot);
        life.create(shoot);
        life.settle(shoot).await;
        let calls = life.calls();
        let mut labels: Vec<&str> =
            calls.iter().filter(|call| call.is_mutation()).map(|call| call.label.as_str()).collect();
        labels.sort_unstable();
        assert_eq!(labels, form.created, "{about}: created");
        let made = format!("# {about}\n{}\n", bodies(shoot, &calls));
        assert_converged(&life, shoot, &format!("{about}: created")).await;
        for change in form.changes.iter().chain(&changes_of(shoot)) {
            let what = format!("{about}: {}", change.of);
            assert_change(&life, shoot, change, &what).await;
            assert_converged(&life, shoot, &what).await;
        }
        life.delete(shoot).await;
        life.settle(shoot).await;
        assert_eq!(life.object(shoot), None, "{about}: deleted");
        assert_eq!(life.mutations(), form.deleted, "{about}: deleted");
        assert_same(&life.dump(), &before, about);
        made
    })
}

#[test]
fn each_form_is_created_converges_is_changed_by_those_calls_only_and_leaves_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/forms");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let others = ["given.yaml", "changes.yaml", "bodies.txt"];
    let is_form = |path: &PathBuf| !others.iter().any(|other| path.ends_with(other));
    let mut forms: Vec<_> = files.filter(is_form).collect();
    forms.sort();
    assert!(forms.len() >= 11, "{forms:?}");
    let made: String = forms.iter().map(|form| check(form)).collect();
    let golden = folder.join("bodies.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &made).unwrap();
    }
    let known = std::fs::read_to_string(&golden).unwrap();
    for (line, known) in made.lines().zip(known.lines()) {
        assert_eq!(line, known);
    }
    assert_eq!(made.lines().count(), known.lines().count());
}

#[test]
fn a_region_with_five_hundred_vms_costs_a_converged_shoot_no_more() {
    for shoot in [Shoot::usual(), Shoot::dual_stack()] {
        block_on(async {
            let life = Life::new(&Setup::default()).await;
            life.create(&shoot);
            life.settle(&shoot).await;
            add_vms(&life, &shoot).await;
            let others: Vec<Value> = (0..498)
                .map(|number| {
                    json!({ "project": PROJECT, "zone": format!("{REGION}-b"), "name": format!("other-{number}"), "subnetwork": "others" })
                })
                .collect();
            let subnet = json!({ "project": PROJECT, "region": REGION, "name": "others", "network": "others", "ipCidrRange": "10.16.0.0/16" });
            let network = json!({ "project": PROJECT, "name": "others" });
            let world = json!({ "networks": [network], "subnetworks": [subnet], "instances": others });
            life.cloud.seed(&world.to_string()).await;
            // Nodes that are cut off get their aliases first.
            life.ask(&shoot, "reconcile").await;
            life.settle(&shoot).await;
            assert_converged(&life, &shoot, "beside many").await;
        });
    }
}
