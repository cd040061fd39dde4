//! What mutations look like on the wire, and what elements of lists keep.

use serde_json::{Map, Value, json};

use super::script::{Script, client, ok, operation};
use crate::gcp::mutation::{
    FirewallRule, Mutation, NewNetwork, NewRouter, NewSubnetwork, Stack, SubnetworkPatch,
};
use crate::gcp::types::{AliasIpRange, Fingerprint, Instance, ResourceUrl, SecondaryRange};

fn secondary() -> SecondaryRange {
    SecondaryRange {
        range_name: "ipv4-pod-cidr".into(),
        ip_cidr_range: "100.64.0.0/12".into(),
        other: Map::new(),
    }
}

fn patch(patch: SubnetworkPatch) -> Mutation {
    Mutation::patch_subnetwork("r", "s", &Fingerprint("f=".into()), &patch)
}

/// The whole rule: what it must not have is named too.
fn rule_body() -> Value {
    json!({
        "name": "f", "network": "projects/p/global/networks/n", "direction": "INGRESS", "priority": 1000,
        "disabled": false, "sourceRanges": ["10.0.0.0/8"],
        "allowed": [{ "IPProtocol": "icmp" }, { "IPProtocol": "tcp", "ports": ["1-65535"] }],
        "denied": null, "destinationRanges": null, "sourceServiceAccounts": null, "sourceTags": null,
        "targetServiceAccounts": null, "targetTags": null,
    })
}

#[tokio::test(start_paused = true)]
async fn each_mutation_is_this_request() {
    let network = NewNetwork { name: "n".into(), routing_mode: "REGIONAL".into(), mtu: None };
    let subnetwork = NewSubnetwork {
        name: "s".into(),
        description: "d".into(),
        network: ResourceUrl("projects/p/global/networks/n".into()),
        ip_cidr_range: "10.250.0.0/16".into(),
        secondary_ip_ranges: vec![],
        stack: None,
        log_config: None,
    };
    let router = NewRouter {
        name: "x".into(),
        description: "d".into(),
        network: ResourceUrl("projects/p/global/networks/n".into()),
    };
    let rule = FirewallRule {
        name: "f".into(),
        network: ResourceUrl("projects/p/global/networks/n".into()),
        source_ranges: vec!["10.0.0.0/8".into()],
        allowed: vec![("icmp".into(), vec![]), ("tcp".into(), vec!["1-65535".into()])],
        priority: 1000,
    };
    let dual = NewSubnetwork {
        secondary_ip_ranges: vec![secondary()],
        stack: Some(Stack::dual_external()),
        ..subnetwork.clone()
    };
    let alias = AliasIpRange {
        ip_cidr_range: "100.64.1.0/24".into(),
        subnetwork_range_name: Some("ipv4-pod-cidr".into()),
        other: Map::new(),
    };
    let nic = |ranges: &[AliasIpRange]| {
        Mutation::set_alias_ranges("z", "vm", "nic0", &Fingerprint("f=".into()), ranges)
    };
    let table: Vec<(Mutation, &str, Value)> = vec![
        (
            Mutation::insert_network(&network),
            "POST global/networks",
            json!({ "name": "n", "autoCreateSubnetworks": false, "routingConfig": { "routingMode": "REGIONAL" } }),
        ),
        (
            Mutation::insert_network(&NewNetwork { mtu: Some(1500), ..network }),
            "POST global/networks",
            json!({ "name": "n", "autoCreateSubnetworks": false, "routingConfig": { "routingMode": "REGIONAL" },
                    "mtu": 1500 }),
        ),
        (
            Mutation::set_routing_mode("n", "REGIONAL"),
            "PATCH global/networks/n",
            json!({ "name": "n", "autoCreateSubnetworks": false, "routingConfig": { "routingMode": "REGIONAL" } }),
        ),
        (
            Mutation::insert_router("r", &router),
            "POST regions/r/routers",
            json!({ "name": "x", "description": "d", "network": "projects/p/global/networks/n" }),
        ),
        (Mutation::set_nats("r", "x", &[]), "PATCH regions/r/routers/x", json!({ "nats": [] })),
        (Mutation::insert_firewall(&rule), "POST global/firewalls", rule_body()),
        (Mutation::patch_firewall(&rule), "PATCH global/firewalls/f", rule_body()),
        (
            Mutation::insert_subnetwork("r", &subnetwork),
            "POST regions/r/subnetworks",
            json!({ "name": "s", "description": "d", "network": "projects/p/global/networks/n",
                    "ipCidrRange": "10.250.0.0/16" }),
        ),
        (
            Mutation::insert_subnetwork("r", &dual),
            "POST regions/r/subnetworks",
            json!({ "name": "s", "description": "d", "network": "projects/p/global/networks/n",
                    "ipCidrRange": "10.250.0.0/16", "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL",
                    "secondaryIpRanges": [{ "rangeName": "ipv4-pod-cidr", "ipCidrRange": "100.64.0.0/12" }] }),
        ),
        (
            Mutation::expand_subnetwork("r", "s", "10.0.0.0/8"),
            "POST regions/r/subnetworks/s/expandIpCidrRange",
            json!({ "ipCidrRange": "10.0.0.0/8" }),
        ),
        (
            patch(SubnetworkPatch::RoutesOverlap(false)),
            "PATCH regions/r/subnetworks/s",
            json!({ "allowSubnetCidrRoutesOverlap": false, "fingerprint": "f=" }),
        ),
        (
            patch(SubnetworkPatch::SecondaryRanges(vec![])),
            "PATCH regions/r/subnetworks/s",
            json!({ "secondaryIpRanges": [], "fingerprint": "f=" }),
        ),
        (
            patch(SubnetworkPatch::Stack(Stack::dual_external())),
            "PATCH regions/r/subnetworks/s",
            json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL", "fingerprint": "f=" }),
        ),
        (
            patch(SubnetworkPatch::LogConfig(None)),
            "PATCH regions/r/subnetworks/s",
            json!({ "logConfig": null, "fingerprint": "f=" }),
        ),
        (Mutation::delete_route("x"), "DELETE global/routes/x", Value::Null),
        (
            nic(&[alias]),
            "PATCH zones/z/instances/vm/updateNetworkInterface",
            json!({ "aliasIpRanges": [{ "ipCidrRange": "100.64.1.0/24", "subnetworkRangeName": "ipv4-pod-cidr" }],
                    "fingerprint": "f=" }),
        ),
        (
            nic(&[]),
            "PATCH zones/z/instances/vm/updateNetworkInterface",
            json!({ "aliasIpRanges": [], "fingerprint": "f=" }),
        ),
    ];
    for (mutation, call, body) in table {
        let script = Script::of([ok(operation("o", "DONE"))]);
        client(&script).run(&mutation).await.unwrap();
        let seen = script.seen().remove(0);
        assert_eq!((seen.call.as_str(), &seen.body), (call, &body), "{}", mutation.label());
        assert_eq!(seen.headers["authorization"], "Bearer t0ken");
        assert_eq!(seen.headers.get("content-type").is_some(), body != Value::Null);
        assert_eq!(
            seen.query.contains_key("networkInterface"),
            call.ends_with("updateNetworkInterface"),
            "{:?}",
            seen.query
        );
        assert!(seen.headers["user-agent"].to_str().unwrap().starts_with("gardener-extension-infra-gcp/"));
    }
}

#[test]
fn elements_that_go_back_keep_what_they_do_not_know() {
    let range =
        json!({ "rangeName": "a", "ipCidrRange": "10.1.0.0/16", "reservedInternalRange": "x", "new": [1] });
    let back: SecondaryRange = serde_json::from_value(range.clone()).unwrap();
    assert_eq!(json!(back), range);
    let reserved = json!({ "rangeName": "a", "reservedInternalRange": "x" });
    let back: SecondaryRange = serde_json::from_value(reserved.clone()).unwrap();
    assert_eq!(json!(back), reserved);
    for alias in [
        json!({ "ipCidrRange": "10.1.0.0/24", "subnetworkRangeName": "a", "new": { "x": null } }),
        json!({ "ipCidrRange": "10.1.0.0/24" }),
    ] {
        let back: AliasIpRange = serde_json::from_value(alias.clone()).unwrap();
        assert_eq!(json!(back), alias);
    }
}

#[test]
fn a_vm_is_read_as_the_api_writes_it() {
    let vm: Instance = serde_json::from_value(json!({
        "kind": "compute#instance", "id": "4242424242424242424", "name": "vm",
        "zone": "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b",
        "status": "RUNNING", "canIpForward": true, "tags": { "items": ["shoot"], "fingerprint": "t=" },
        "networkInterfaces": [{
            "name": "nic0", "networkIP": "10.250.0.3", "fingerprint": "f=", "stackType": "IPV4_ONLY",
            "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/n",
            "aliasIpRanges": [{ "ipCidrRange": "100.64.1.0/24", "subnetworkRangeName": "ipv4-pod-cidr" }],
            "accessConfigs": [{ "type": "ONE_TO_ONE_NAT" }],
        }],
    }))
    .unwrap();
    let nic = &vm.network_interfaces[0];
    assert_eq!(
        (vm.id.0.as_str(), vm.zone.name(), vm.zone.zone()),
        ("4242424242424242424", "europe-west1-b", Some("europe-west1-b"))
    );
    assert_eq!((nic.network_ip.as_deref(), nic.fingerprint.0.as_str()), (Some("10.250.0.3"), "f="));
    assert_eq!(nic.alias_ip_ranges[0].subnetwork_range_name.as_deref(), Some("ipv4-pod-cidr"));
    assert_eq!((vm.tags.items, vm.can_ip_forward), (vec!["shoot".to_owned()], true));
}
