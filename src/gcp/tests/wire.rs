//! What mutations look like on the wire, and what elements of lists keep.

use http::Method;
use serde_json::{Value, json};

use super::script::{Script, client, delete_route, insert_network, ok, operation, set_aliases, set_nats};
use crate::gcp::mutation::{Mutation, Scope};
use crate::gcp::types::{AliasIpRange, Instance, SecondaryRange};

#[tokio::test(start_paused = true)]
async fn each_mutation_is_this_request() {
    for (mutation, call, body) in [
        (insert_network("n"), "POST global/networks", json!({ "name": "n" })),
        (set_nats("r", "x"), "PATCH regions/r/routers/x", json!({ "nats": [] })),
        (
            Mutation::new(Method::POST, Scope::Region("r".to_owned()), "subnetworks", "expand")
                .of("s")
                .doing("expandIpCidrRange"),
            "POST regions/r/subnetworks/s/expandIpCidrRange",
            json!({}),
        ),
        (delete_route("x"), "DELETE global/routes/x", Value::Null),
        (
            set_aliases("z", "vm"),
            "PATCH zones/z/instances/vm/updateNetworkInterface",
            json!({ "aliasIpRanges": [], "fingerprint": "f=" }),
        ),
    ] {
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
