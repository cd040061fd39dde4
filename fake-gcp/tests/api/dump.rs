//! The dump of a project: equal before and after a whole life of resources, and different while anything is left.

use fake_gcp::Settings;
use serde_json::{Value, json};

use crate::fake::Fake;

const DUMP: &str = "projects/p/resources";
const EAST: &str = "regions/us-east1";

/// What is made, with the path by which it is deleted, in an order that works.
fn life() -> Vec<(String, Value, String)> {
    let vpc = "global/networks/vpc";
    let subnet = "regions/us-east1/subnetworks/s";
    let make = |collection: &str, body: Value| {
        let name = body["name"].as_str().unwrap().to_owned();
        (format!("POST {collection}"), body, format!("DELETE {collection}/{name}"))
    };
    let nat = json!({
        "name": "n", "natIpAllocateOption": "AUTO_ONLY", "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
        "subnetworks": [{ "name": subnet, "sourceIpRangesToNat": ["ALL_IP_RANGES"] }],
    });
    vec![
        make(
            &format!("{EAST}/subnetworks"),
            json!({ "name": "s", "network": vpc, "ipCidrRange": "10.1.0.0/16" }),
        ),
        make(
            &format!("{EAST}/addresses"),
            json!({ "name": "a", "addressType": "INTERNAL", "subnetwork": subnet }),
        ),
        make(&format!("{EAST}/routers"), json!({ "name": "r", "network": vpc, "nats": [nat] })),
        make(
            "global/firewalls",
            json!({ "name": "f", "network": vpc, "allowed": [{ "IPProtocol": "tcp" }] }),
        ),
        make(
            "zones/us-east1-b/instances",
            json!({ "name": "i", "networkInterfaces": [{ "subnetwork": subnet }] }),
        ),
        make(
            "global/routes",
            json!({ "name": "r", "network": vpc, "destRange": "100.64.9.0/24", "nextHopInstance": "zones/us-east1-b/instances/i" }),
        ),
        make(
            &format!("{EAST}/targetPools"),
            json!({ "name": "t", "instances": ["zones/us-east1-b/instances/i"] }),
        ),
        make(
            &format!("{EAST}/forwardingRules"),
            json!({ "name": "f", "target": format!("{EAST}/targetPools/t") }),
        ),
    ]
}

#[test]
fn a_whole_life_leaves_what_was_there_before() {
    let mut fake = Fake::new(Settings::default());
    let before = fake.admin(DUMP);
    let mut seen = vec![before.clone()];
    for (call, body, _) in life() {
        assert_eq!(fake.done(&call, &body)["error"], Value::Null, "{call}");
        let now = fake.admin(DUMP);
        assert!(!seen.contains(&now), "{call} does not show: {now}");
        seen.push(now);
    }
    for (_, _, call) in life().into_iter().rev() {
        assert_ne!(fake.admin(DUMP), before, "{call}");
        assert_eq!(fake.done(&call, &Value::Null)["error"], Value::Null, "{call}");
    }
    assert_eq!(fake.admin(DUMP), before);
    assert_eq!(fake.world.resources("p"), Some(before));
}

#[test]
fn a_change_that_is_taken_back_shows_in_the_fingerprint() {
    let mut fake = Fake::new(Settings::default());
    let before = fake.admin(DUMP);
    for on in [true, false] {
        let subnet = "regions/europe-west1/subnetworks/nodes";
        let fingerprint = fake.get(subnet)["fingerprint"].clone();
        let body = json!({ "privateIpGoogleAccess": on, "fingerprint": fingerprint });
        fake.done(&format!("PATCH {subnet}"), &body);
    }
    assert_ne!(fake.admin(DUMP), before);
}

#[test]
fn every_kind_is_shown_as_its_api_prints_it() {
    let mut fake = Fake::new(Settings::default());
    let dump = fake.admin(DUMP);
    for (kind, path) in [
        ("networks", "global/networks"),
        ("routes", "global/routes"),
        ("firewalls", "global/firewalls"),
        ("routers", "regions/europe-west1/routers"),
        ("addresses", "regions/europe-west1/addresses"),
        ("forwardingRules", "regions/europe-west1/forwardingRules"),
        ("targetPools", "regions/europe-west1/targetPools"),
    ] {
        let items = fake.get(path)["items"].clone();
        assert!(items.as_array().is_some_and(|items| !items.is_empty()), "{kind}");
        assert_eq!(dump[kind], items, "{kind}");
    }
    for (kind, pointer, want) in [
        ("subnetworks", "/1/name", "other"),
        ("instances", "/0/name", "n1"),
        ("serviceAccounts", "/0/displayName", "Nodes"),
        ("reservedRanges", "/0/name", "services"),
    ] {
        assert_eq!(dump[kind].pointer(pointer), Some(&json!(want)), "{kind}");
    }
    assert_eq!(fake.send("GET", "/_fake/projects/none/resources", "").0, 404);
    assert_eq!(fake.world.resources("none"), None);
}

#[test]
fn what_surrounds_the_subnets_is_shown_as_it_was_given() {
    let mut fake = Fake::new(Settings::default());
    let before = fake.admin(DUMP);
    let seed = "
peeringRoutes: [{project: p, network: vpc, peering: to-peer, destRange: 10.98.0.0/24}]
policyBasedRoutes: [{project: p, network: vpc, name: skip}]
reservedRanges: [{project: p, network: vpc, name: taken, cidr: 10.206.0.0/16, reservation: internal-range}]
learnedRoutes: [{project: p, region: europe-west1, router: router, destRange: 100.64.0.0/24, nextHopIp: 169.254.0.2}]";
    assert_eq!(fake.send("POST", "/_fake/fixture", seed), (200, json!({})));
    let after = fake.admin(DUMP);
    for (kind, pointer, want) in [
        ("peeringRoutes", "/0/route/destRange", "10.98.0.0/24"),
        ("policyBasedRoutes", "/0/name", "projects/p/locations/global/policyBasedRoutes/skip"),
        ("reservedRanges", "/1/reservation", "internal-range"),
        ("learnedRoutes", "/0/nextHopIp", "169.254.0.2"),
    ] {
        assert_eq!(after[kind].pointer(pointer), Some(&json!(want)), "{kind}");
        assert_eq!(before[kind].pointer(pointer), None, "{kind}");
    }
}
