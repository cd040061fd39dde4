//! Documents as they may come to stand there: right ones, of which something is exchanged for something hostile.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::super::documents::Shoot;

const PROVIDER: &str = "gcp.provider.extensions.gardener.cloud/v1alpha1";

/// What was drawn from one seed.
pub(super) struct Hostile {
    pub(super) seed: u64,
    pub(super) shoot: Shoot,
    /// What was exchanged for what, shortened.
    pub(super) about: String,
    infrastructure: Value,
    cluster: Value,
    secret: Value,
}

impl Hostile {
    /// The next draw of `rng`, for the shoot of number `seed`.
    pub(super) fn draw(rng: &mut StdRng, seed: u64) -> Self {
        let mut shoot =
            [Shoot::usual(), Shoot::dual_stack(), Shoot::in_user_vpc()].choose(rng).unwrap().clone();
        shoot.name = format!("shoot--h--{seed}");
        let [_, mut secret, mut cluster] = shoot.around();
        let mut infrastructure = shoot.infrastructure("reconcile");
        infrastructure["status"] = status(rng, &shoot.name);
        cluster["spec"]["shoot"]["metadata"]["annotations"] =
            json!({ "gcp.provider.extensions.gardener.cloud/dual-stack-migration": "no" });
        let mut key = json!({ "type": "service_account", "project_id": "my-project", "client_email": "a@b.c", "private_key": "k" });
        let mut about = String::new();
        for _ in 0..rng.random_range(1..=3) {
            let (object, what) = match rng.random_range(0..10) {
                0..3 => (&mut infrastructure, "/spec/providerConfig"),
                3 => (&mut infrastructure, "/spec"),
                4 | 5 => (&mut infrastructure, "/status/state"),
                6 => (&mut infrastructure, "/status"),
                7 => (&mut cluster, "/spec/shoot"),
                8 => (&mut infrastructure, "/metadata/annotations"),
                _ => (&mut key, ""),
            };
            // What is around it may have been exchanged before.
            let Some(document) = object.pointer_mut(what) else { continue };
            let (path, value) = spoil(rng, document);
            about += &format!("{what}{path} = {:.80}; ", value.to_string());
            if what.is_empty() {
                secret["data"]["serviceaccount.json"] = json!(BASE64_STANDARD.encode(key.to_string()));
            }
        }
        // It is asked for, whatever else its annotations say.
        if let Some(annotations) = infrastructure["metadata"]["annotations"].as_object_mut() {
            annotations.insert("gardener.cloud/operation".to_owned(), json!("reconcile"));
        }
        Self { seed, shoot, about, infrastructure, cluster, secret }
    }

    /// All that is to be written, in this order.
    pub(super) fn objects(&self) -> [Value; 4] {
        let [namespace, ..] = self.shoot.around();
        [namespace, self.secret.clone(), self.cluster.clone(), self.infrastructure.clone()]
    }
}

/// Something that may have been reported: nothing, a shoot as it stands, one in mid-migration, one of the Terraform era.
fn status(rng: &mut StdRng, name: &str) -> Value {
    let data = |more: Value| {
        let mut data = json!({ "resources_exist": "true", "ids/service-account-email": "a@b.c" });
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        data
    };
    let route =
        json!({ "instanceName": "vm-1", "zone": "europe-west1-b", "destinationCIDR": "100.96.0.0/24" });
    let state = |data: Value, routes: Value| json!({ "apiVersion": PROVIDER, "kind": "InfrastructureState", "data": data, "routes": routes });
    let ipv6 =
        json!({ "nodes-subnet-ipv6-cidr": "2600:1900::/64", "services-subnet-ipv6-cidr": "2600:1901::/64" });
    let pending = json!({ "migration/phase": "preparing", "migration/overlap-before": "false" });
    let settling = json!({
        "migration/phase": "preparing", "migration/overlap-before": "false", "migration/settled-from": "M6 2026-09-01T10:00:00Z",
    });
    let state = match rng.random_range(0..6) {
        0 => json!({}),
        1 => json!({ "data": "{\"version\":4,\"resources\":[]}", "encoding": "none" }),
        2 => state(data(ipv6), json!([])),
        3 => state(data(pending), json!([route])),
        4 => state(data(settling), json!([route])),
        _ => state(data(json!({})), json!([])),
    };
    json!({
        "state": state,
        "networking": { "nodes": ["10.250.0.0/16"], "pods": ["100.96.0.0/11"], "services": ["100.64.0.0/13"] },
        "egressCIDRs": ["203.0.113.1/32"],
        "providerStatus": {
            "apiVersion": PROVIDER, "kind": "InfrastructureStatus", "serviceAccountEmail": "",
            "networks": {
                "vpc": { "name": name, "cloudRouter": { "name": format!("{name}-cloud-router") } },
                "subnets": [{ "name": format!("{name}-nodes"), "purpose": "nodes" }], "natIPs": [{ "ip": "203.0.113.1" }],
                "ipfamilies": ["IPv4"],
            },
        },
    })
}

/// Exchanges something in `document` for something hostile; what for what.
fn spoil(rng: &mut StdRng, document: &mut Value) -> (String, Value) {
    let value = hostile(rng);
    let mut paths = vec![String::new()];
    collect(document, "", &mut paths);
    let path = paths.choose(rng).unwrap().clone();
    let place = document.pointer_mut(&path).unwrap();
    match place {
        // Or something is added.
        Value::Object(fields) if rng.random_bool(0.5) => {
            fields.insert(text(rng), value.clone());
        }
        Value::Array(items) if rng.random_bool(0.5) => items.push(value.clone()),
        place => *place = value.clone(),
    }
    (path, value)
}

fn collect(value: &Value, path: &str, paths: &mut Vec<String>) {
    let mut below = |name: &str, value: &Value| {
        let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        paths.push(path.clone());
        collect(value, &path, paths);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, value)| below(&i.to_string(), value)),
        _ => {}
    }
}

fn hostile(rng: &mut StdRng) -> Value {
    match rng.random_range(0..14) {
        0 => Value::Null,
        1 => json!(rng.random_bool(0.5)),
        2 => [
            json!(-1),
            json!(0),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e39),
            json!(0.5),
            json!(2_147_483_648_u64),
        ]
        .choose(rng)
        .unwrap()
        .clone(),
        3 => json!([]),
        4 => json!({}),
        5 => (0..rng.random_range(10..200)).fold(json!(1), |inner, _| json!([inner])),
        6 => (0..1000).map(|number| json!({ "name": format!("unknown-{number}") })).collect(),
        7 => Value::Object((0..1000).map(|number| (format!("field-{number}"), json!(number))).collect()),
        _ => json!(text(rng)),
    }
}

/// Words that mean something somewhere, and such as mean nothing anywhere.
const TEXTS: [&str; 44] = [
    "",
    " ",
    ".",
    "..",
    "../zones/x",
    "a/b",
    "a%2Fb",
    "a?b=c",
    "a#b",
    "%2e%2e",
    "projects/host/global/networks/x",
    "https://example.com/",
    "A",
    "a_b",
    "-a",
    "a-",
    "default",
    "kube-system",
    "\u{1b}[2J\u{1b}[31m",
    "a\nb\r\nc",
    "\0",
    "\u{202e}abc",
    "\u{feff}",
    "ä",
    "💥",
    "::/0",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "010.250.0.0/16",
    "10.250.0.7/16",
    "100.96.0.0/11",
    "2600:1900::/64",
    "256.0.0.0/8",
    "10.250.0.0/99",
    "true",
    "<deleted>",
    "IPv6",
    "IPv5",
    "deleting",
    "undoing",
    "M9 9999-12-31T23:59:59Z",
    "-009999-01-01T00:00:00Z",
    "migrate",
    "9999999999999999999999",
];

fn text(rng: &mut StdRng) -> String {
    match rng.random_range(0..10) {
        0 => "x".repeat(rng.random_range(64..100_000)),
        1 => "\u{1b}[31m\n".repeat(rng.random_range(1..2_000)),
        2 => (0..rng.random_range(1..40)).map(|_| char::from(rng.random_range(0..128_u8))).collect(),
        _ => (*TEXTS.choose(rng).unwrap()).to_owned(),
    }
}
