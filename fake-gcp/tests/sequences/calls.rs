//! Calls drawn at random: few names and few ranges, so that they meet often, and some that nobody should make.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::Fake;

const ZONE: &str = "zones/europe-west1-b";
const REGION: &str = "regions/europe-west1";

/// A call below the project.
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// Makes a network with a subnet, so that there is something to begin with.
pub(crate) fn begin(fake: &mut Fake) {
    let network = json!({"name": "n0", "autoCreateSubnetworks": false});
    let subnet = json!({
        "name": "s0", "network": "global/networks/n0", "ipCidrRange": "10.0.0.0/27",
        "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "10.1.0.0/27"}],
    });
    for (path, body) in [("global/networks", network), (&format!("{REGION}/subnetworks"), subnet)] {
        let (status, answer) = fake.call("POST", path, &body);
        assert_eq!(status, 200, "{answer}");
        fake.now = fake.now + std::time::Duration::from_millis(2);
    }
}

/// The next call. A change of something that has a fingerprint mostly brings the present one.
pub(crate) fn draw(random: &mut ChaCha8Rng, fake: &mut Fake) -> Call {
    let mut one = |of: &[&str]| of[random.random_range(0..of.len())].to_owned();
    let (network, subnet, vm) =
        (one(&["n0", "n0", "n1"]), one(&["s0", "s0", "s0", "s1"]), one(&["v0", "v1", "v2"]));
    let (other, range) = (one(&["x0", "x1"]), one(&["pods", "more"]));
    let cidr = one(&[
        "10.0.0.0/27",
        "10.0.0.0/24",
        "10.0.0.32/27",
        "10.1.0.0/27",
        "10.1.0.0/26",
        "10.2.0.0/28",
        "10.0.0.1/27",
        "x",
    ]);
    let alias = one(&[
        "/28",
        "/29",
        "/32",
        "10.1.0.0/28",
        "10.1.0.16/28",
        "10.1.0.8/29",
        "10.2.0.0/28",
        "10.0.0.8/30",
        "10.9.0.0/24",
    ]);
    let address = one(&["10.0.0.2", "10.0.0.5", "10.0.0.9", "10.0.0.31", "10.9.0.1"]);
    let choice = random.random_range(0..26);
    // What is deleted is mostly made anew as it was.
    let (cidr, range) =
        if choice == 2 { ("10.0.0.0/27".to_owned(), "pods".to_owned()) } else { (cidr, range) };
    let (networks, subnets) =
        (format!("global/networks/{network}"), format!("{REGION}/subnetworks/{subnet}"));
    let instance = format!("{ZONE}/instances/{vm}");
    let (method, path, body) = match choice {
        0 => ("POST", "global/networks".to_owned(), json!({"name": network, "autoCreateSubnetworks": false})),
        1 => ("DELETE", networks, Value::Null),
        2 | 3 => (
            "POST",
            format!("{REGION}/subnetworks"),
            json!({"name": subnet, "network": networks, "ipCidrRange": cidr, "secondaryIpRanges": [{"rangeName": range, "ipCidrRange": "10.1.0.0/27"}]}),
        ),
        4 => ("DELETE", subnets, Value::Null),
        5..8 => {
            let fingerprint = fake.call("GET", &subnets, &Value::Null).1["fingerprint"].clone();
            let change = match choice {
                5 => json!({"secondaryIpRanges": []}),
                6 => {
                    json!({"secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "10.1.0.0/27"}, {"rangeName": range, "ipCidrRange": cidr}]})
                }
                _ => json!({"allowSubnetCidrRoutesOverlap": cidr.starts_with("10.0")}),
            };
            ("PATCH", subnets, with(change, "fingerprint", fingerprint))
        }
        8..12 => (
            "POST",
            format!("{ZONE}/instances"),
            json!({"name": vm, "networkInterfaces": [nic(&subnets, choice, &address, &range, &alias)]}),
        ),
        12 => ("DELETE", instance, Value::Null),
        13..18 => {
            let nic = fake.call("GET", &instance, &Value::Null).1["networkInterfaces"][0].clone();
            let aliases = match choice {
                13 => json!([]),
                14 => json!([{"ipCidrRange": alias}]),
                _ => json!([{"ipCidrRange": alias, "subnetworkRangeName": range}]),
            };
            let body = with(json!({"aliasIpRanges": aliases}), "fingerprint", nic["fingerprint"].clone());
            ("PATCH", format!("{instance}/updateNetworkInterface?networkInterface=nic0"), body)
        }
        18 => ("POST", format!("{instance}/stop"), json!({})),
        19 => ("POST", format!("{instance}/start"), json!({})),
        20 => (
            "POST",
            "global/routes".to_owned(),
            json!({"name": other, "network": networks, "destRange": cidr, "nextHopInstance": instance}),
        ),
        21 => ("DELETE", format!("global/routes/{other}"), Value::Null),
        22 => (
            "POST",
            format!("{REGION}/addresses"),
            json!({"name": other, "addressType": "INTERNAL", "subnetwork": subnets, "address": address}),
        ),
        23 => ("DELETE", format!("{REGION}/addresses/{other}"), Value::Null),
        24 => (
            "POST",
            "global/firewalls".to_owned(),
            json!({"name": other, "network": networks, "allowed": [{"IPProtocol": "tcp"}], "sourceRanges": ["10.0.0.0/8"]}),
        ),
        _ => ("DELETE", format!("global/firewalls/{other}"), Value::Null),
    };
    Call { method, path, body }
}

fn nic(subnet: &str, choice: i32, address: &str, range: &str, alias: &str) -> Value {
    match choice {
        8 => json!({"subnetwork": subnet}),
        9 => json!({"subnetwork": subnet, "networkIP": address}),
        10 => {
            json!({"subnetwork": subnet, "aliasIpRanges": [{"ipCidrRange": alias, "subnetworkRangeName": range}]})
        }
        _ => {
            json!({"subnetwork": subnet, "aliasIpRanges": [{"ipCidrRange": alias}, {"ipCidrRange": "/30", "subnetworkRangeName": range}]})
        }
    }
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}
