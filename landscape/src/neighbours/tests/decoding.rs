//! Documents that the other controllers can decode, and the complaints about all others.

use serde_json::{Value, json};

use super::{objects, prepared};
use crate::neighbours::Reader;
use crate::neighbours::decoding::decode;
use crate::neighbours::gardenlet::Gardenlet;
use crate::neighbours::objects::Kind;

/// Documents that can be decoded.
fn status() -> Value {
    let version = "gcp.provider.extensions.gardener.cloud/v1alpha1";
    json!({
        "providerStatus": {
            "apiVersion": version, "kind": "InfrastructureStatus", "serviceAccountEmail": "",
            "networks": {
                "vpc": {"name": "v", "cloudRouter": {"name": "r"}},
                "subnets": [{"name": "a-nodes", "purpose": "nodes"}, {"name": "a-services", "purpose": "services"}],
                "natIPs": [{"ip": "203.0.113.10"}], "ipfamilies": ["IPv4"],
            },
        },
        "state": {
            "apiVersion": version, "kind": "InfrastructureState", "data": {"resources_exist": "true"},
            "routes": [{"instanceName": "vm", "destinationCIDR": "100.96.0.0/24", "zone": "z"}],
        },
    })
}

#[test]
fn what_can_be_decoded_and_what_cannot() {
    assert_eq!(decode(&json!({"status": status()})), Ok(()));
    assert_eq!(decode(&json!({})), Ok(()), "there need not be any");
    let table = [
        ("/providerStatus/more", json!(1)),
        ("/providerStatus/kind", json!("InfrastructureState")),
        ("/providerStatus/serviceAccountEmail", Value::Null),
        ("/providerStatus/networks/ipFamilies", json!(["IPv4"])),
        ("/providerStatus/networks/ipfamilies", json!([])),
        ("/providerStatus/networks/natIPs", json!([])),
        ("/providerStatus/networks/natIPs", json!([{"ip": ""}])),
        ("/providerStatus/networks/vpc", json!({"name": "v"})),
        ("/providerStatus/networks/vpc/cloudRouter/name", json!("")),
        ("/providerStatus/networks/subnets", Value::Null),
        ("/providerStatus/networks/subnets/0/purpose", json!("services")),
        ("/providerStatus/networks/subnets/0/name", json!("a")),
        ("/state/apiVersion", json!("v1")),
        ("/state/data", json!({})),
        ("/state/data/count", json!(1)),
        ("/state/routes/0/zone", json!("")),
        ("/state/routes/0/vm", json!("vm")),
        ("/state/journal", json!({})),
    ];
    for (pointer, value) in table {
        let mut status = status();
        match pointer.split_once("/0/") {
            Some((list, field)) => status.pointer_mut(list).unwrap()[0][field] = value.clone(),
            None => crate::json::set(&mut status, pointer, value.clone()),
        }
        let part = if pointer.starts_with("/state") { "status.state" } else { "status.providerStatus" };
        let found = decode(&json!({"status": status})).map_err(|error| error.part);
        assert_eq!(found, Err(part), "{pointer} as {value}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_complains_of_a_version_that_was_stored_for_a_moment_only() {
    let (world, _) = prepared().await;
    let reader = Reader::start(&world.seed);
    Gardenlet::new(&world).deploy_infrastructure().await.unwrap();
    let infrastructures = objects(&world, Kind::Infrastructure);
    let name = world.shoot.object_name();
    infrastructures.merge_status(name, &json!({"status": status()})).await.unwrap();
    assert_eq!(reader.complaints().await.unwrap(), [""; 0]);
    for more in [json!(1), Value::Null] {
        let patch = json!({"status": {"state": {"more": more}}});
        infrastructures.merge_status(name, &patch).await.unwrap();
    }
    let complaints = reader.complaints().await.unwrap();
    let [complaint] = complaints.as_slice() else { panic!("{complaints:?}") };
    assert!(complaint.contains("shoot--p--a/a: status.state: unknown field `more`"), "{complaint}");
    infrastructures.delete(name).await.unwrap();
    assert_eq!(reader.complaints().await.unwrap(), complaints, "it is not forgotten");
}
