//! Somebody changes by hand what is ours: exactly that is put right, and the event says which field, from what to what.

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Map, Value, json};

use super::documents::{REGION, Shoot, assert_same, essence, regional, resource};
use super::life::{Life, Setup};
use crate::support::{CloudFate, block_on};

const ROUTER: &str = "shoot--p--a-cloud-router";
const RULE: &str = "shoot--p--a-allow-internal-access";

/// A shoot in its own VPC with flow logs, created; nothing of that is of interest any more.
async fn created() -> (Life, Shoot) {
    let life = Life::new(&Setup::default()).await;
    let mut shoot = Shoot::usual();
    shoot.networks["flowLogs"] = json!({ "flowSampling": 0.2 });
    shoot.networks["cloudNAT"] = json!({ "enableDynamicPortAllocation": true, "maxPortsPerVM": 4096 });
    life.create(&shoot);
    life.settle(&shoot).await;
    (life, shoot)
}

/// Reconciles once more, and asserts that these calls, and no others, make everything as it was, and that an event with `reason` is
/// told for each of `told`.
async fn assert_put_right(
    life: &Life,
    shoot: &Shoot,
    calls: &[&str],
    reason: &str,
    told: &[&str],
    before: &Value,
) {
    life.events();
    life.calls();
    life.ask(shoot, "reconcile").await;
    life.settle(shoot).await;
    assert_eq!(life.mutations(), calls, "{told:?}");
    let events = life.events();
    for text in told {
        let found =
            events.iter().any(|event| event.reason == reason && !event.warning && event.text.contains(text));
        assert!(found, "{reason}: {text}: {events:#?}");
    }
    assert_eq!(events.len(), calls.len(), "{events:#?}");
    assert_same(&essence(life.dump()), &essence(before.clone()), &format!("{told:?}"));
}

/// The shoot's NAT with `fields` replaced.
fn nat_with(dump: &Value, fields: &Value) -> Value {
    let router = resource(dump, "routers", ROUTER).unwrap();
    let mut nat: Map<String, Value> = router["nats"][0].as_object().unwrap().clone();
    for (field, value) in fields.as_object().unwrap() {
        nat.insert(field.clone(), value.clone());
    }
    nat.retain(|_, value| !value.is_null());
    json!({ "nats": [nat] })
}

#[test]
fn each_field_of_the_nat() {
    let nodes = regional("subnetworks/shoot--p--a-nodes");
    let address = regional("addresses/egress-3");
    let table = [
        (
            json!({ "natIpAllocateOption": "MANUAL_ONLY", "natIps": [address] }),
            "natIpAllocateOption: \"MANUAL_ONLY\" → \"AUTO_ONLY\"",
        ),
        (json!({ "natIpAllocateOption": "MANUAL_ONLY", "natIps": [address] }), "natIps: "),
        (
            json!({ "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES", "subnetworks": null }),
            "sourceSubnetworkIpRangesToNat: \"ALL_SUBNETWORKS_ALL_IP_RANGES\" → \"LIST_OF_SUBNETWORKS\"",
        ),
        (
            json!({ "subnetworks": [{ "name": nodes, "sourceIpRangesToNat": ["PRIMARY_IP_RANGE"] }] }),
            "subnetworks: ",
        ),
        (json!({ "logConfig": { "enable": true, "filter": "ALL" } }), "logConfig: "),
        (json!({ "logConfig": { "enable": false, "filter": "ERRORS_ONLY" } }), "logConfig: "),
        (json!({ "minPortsPerVm": 64 }), "minPortsPerVm: 64 → 2048"),
        (json!({ "maxPortsPerVm": 8192 }), "maxPortsPerVm: 8192 → 4096"),
        (json!({ "enableDynamicPortAllocation": false }), "enableDynamicPortAllocation: false → true"),
        (json!({ "icmpIdleTimeoutSec": 99 }), "icmpIdleTimeoutSec: 99 → 30"),
        (json!({ "udpIdleTimeoutSec": 99 }), "udpIdleTimeoutSec: 99 → 30"),
        (json!({ "tcpTransitoryIdleTimeoutSec": 99 }), "tcpTransitoryIdleTimeoutSec: 99 → 30"),
        (json!({ "tcpEstablishedIdleTimeoutSec": 99 }), "tcpEstablishedIdleTimeoutSec: 99 → 1200"),
        (json!({ "tcpTimeWaitTimeoutSec": 99 }), "tcpTimeWaitTimeoutSec: 99 → 120"),
    ];
    block_on(async {
        let (life, shoot) = created().await;
        let before = life.dump();
        let patch = format!("PATCH routers/{ROUTER}");
        for (fields, told) in table {
            life.hands()
                .patch(&format!("regions/{REGION}/routers/{ROUTER}"), nat_with(&before, &fields))
                .await
                .unwrap();
            assert_ne!(life.dump(), before, "{told}");
            assert_put_right(&life, &shoot, &[&patch], "Changed", &[told], &before).await;
        }
        // With dynamic allocation there can be no endpoint-independent mapping.
        life.configure(&shoot, &json!({ "cloudNAT": null })).await;
        life.settle(&shoot).await;
        let before = life.dump();
        let fields = json!({ "enableEndpointIndependentMapping": true });
        life.hands()
            .patch(&format!("regions/{REGION}/routers/{ROUTER}"), nat_with(&before, &fields))
            .await
            .unwrap();
        let told = "enableEndpointIndependentMapping: true → false";
        assert_put_right(&life, &shoot, &[&patch], "Changed", &[told], &before).await;
    });
}

#[test]
fn each_field_of_a_firewall_rule() {
    let table = [
        (json!({ "sourceRanges": ["0.0.0.0/0"] }), "sourceRanges: [\"0.0.0.0/0\"] → ["),
        (json!({ "allowed": [{ "IPProtocol": "tcp", "ports": ["22"] }] }), "allowed: "),
        (json!({ "priority": 900 }), "priority: 900 → 1000"),
        (json!({ "disabled": true }), "disabled: true → false"),
        (json!({ "sourceTags": ["x"] }), "sourceTags: [\"x\"] → null"),
        (json!({ "targetTags": ["x"] }), "targetTags: [\"x\"] → null"),
    ];
    block_on(async {
        let (life, shoot) = created().await;
        let before = life.dump();
        for (fields, told) in table {
            life.hands().patch(&format!("global/firewalls/{RULE}"), fields).await.unwrap();
            assert_ne!(life.dump(), before, "{told}");
            let patch = format!("PATCH firewalls/{RULE}");
            assert_put_right(&life, &shoot, &[&patch], "Changed", &[told], &before).await;
        }
    });
}

#[test]
fn flow_logs_and_the_routing_mode() {
    let nodes = "subnetworks/shoot--p--a-nodes";
    let path = format!("regions/{REGION}/{nodes}");
    let table = [
        (
            json!({ "logConfig": { "aggregationInterval": "INTERVAL_5_SEC" } }),
            "logConfig.aggregationInterval: \"INTERVAL_5_SEC\" → \"INTERVAL_5_MIN\"",
        ),
        (json!({ "logConfig": { "flowSampling": 1.0 } }), "logConfig.flowSampling: 1.0 → 0.2"),
        (
            json!({ "logConfig": { "metadata": "INCLUDE_ALL_METADATA" } }),
            "logConfig.metadata: \"INCLUDE_ALL_METADATA\" → \"EXCLUDE_ALL_METADATA\"",
        ),
        (json!({ "enableFlowLogs": false }), "enableFlowLogs: false → true"),
    ];
    block_on(async {
        let (life, shoot) = created().await;
        let before = life.dump();
        for (mut fields, told) in table {
            let dump = life.dump();
            fields["fingerprint"] =
                resource(&dump, "subnetworks", "shoot--p--a-nodes").unwrap()["fingerprint"].clone();
            life.hands().patch(&path, fields).await.unwrap();
            assert_put_right(&life, &shoot, &[&format!("PATCH {nodes}")], "Changed", &[told], &before).await;
        }
        let mode = json!({ "routingConfig": { "routingMode": "GLOBAL" } });
        life.hands().patch("global/networks/shoot--p--a", mode).await.unwrap();
        let told = "routingConfig.routingMode: \"GLOBAL\" → \"REGIONAL\"";
        assert_put_right(&life, &shoot, &["PATCH networks/shoot--p--a"], "Changed", &[told], &before).await;
    });
}

#[test]
fn what_was_deleted_by_hand_is_made_again() {
    block_on(async {
        let (life, shoot) = created().await;
        let before = life.dump();
        let no_nats = json!({ "nats": [] });
        let (router, nodes) = (
            format!("regions/{REGION}/routers/{ROUTER}"),
            format!("regions/{REGION}/subnetworks/shoot--p--a-nodes"),
        );
        let patch = format!("PATCH routers/{ROUTER}");

        life.hands().delete(&format!("global/firewalls/{RULE}")).await.unwrap();
        assert_put_right(&life, &shoot, &["POST firewalls"], "Created", &[RULE], &before).await;

        life.hands().patch(&router, no_nats.clone()).await.unwrap();
        assert_put_right(&life, &shoot, &[&patch], "Created", &["shoot--p--a-cloud-nat"], &before).await;

        life.hands().delete(&router).await.unwrap();
        assert_put_right(
            &life,
            &shoot,
            &[&patch, "POST routers"],
            "Created",
            &[ROUTER, "shoot--p--a-cloud-nat"],
            &before,
        )
        .await;

        // Until a subnet is there again the rule is open to nothing in its place.
        let rule = format!("PATCH firewalls/{RULE}");
        life.hands().delete(&format!("regions/{REGION}/subnetworks/shoot--p--a-internal")).await.unwrap();
        let calls = [&rule, &rule, "POST subnetworks"];
        assert_put_right(&life, &shoot, &calls, "Created", &["shoot--p--a-internal"], &before).await;

        life.hands().patch(&router, no_nats).await.unwrap();
        life.hands().delete(&nodes).await.unwrap();
        let told = ["shoot--p--a-nodes", "shoot--p--a-cloud-nat"];
        let calls = [&rule, &rule, &patch, "POST subnetworks"];
        assert_put_right(&life, &shoot, &calls, "Created", &told, &before).await;
    });
}

/// The request comes late, or a second time: Google says that nothing changes.
#[test]
fn a_change_that_was_made_already_is_done() {
    block_on(async {
        let (life, shoot) = created().await;
        let wrong = nat_with(&life.dump(), &json!({ "udpIdleTimeoutSec": 77 }));
        life.hands().patch(&format!("regions/{REGION}/routers/{ROUTER}"), wrong).await.unwrap();
        life.cloud.faults.before(|request| match *request.method() == http::Method::PATCH {
            true => CloudFate::ApplyAndRefuse(304, "notModified"),
            false => CloudFate::Pass,
        });
        life.calls();
        life.ask(&shoot, "reconcile").await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
        assert_eq!(life.mutations(), [format!("PATCH routers/{ROUTER}")]);
    });
}

#[test]
fn what_is_not_managed_is_left_as_it_is() {
    block_on(async {
        let (life, shoot) = created().await;
        let hands = life.hands();
        let dump = life.dump();
        let nodes = resource(&dump, "subnetworks", "shoot--p--a-nodes").unwrap();
        let private = json!({ "privateIpGoogleAccess": true, "fingerprint": nodes["fingerprint"] });
        hands.patch(&format!("regions/{REGION}/subnetworks/shoot--p--a-nodes"), private).await.unwrap();
        let described = json!({ "description": "by hand" });
        hands.patch(&format!("global/firewalls/{RULE}"), described).await.unwrap();
        let rule = json!({
            "name": "by-hand", "network": "projects/my-project/global/networks/shoot--p--a",
            "sourceRanges": ["10.0.0.0/8"], "allowed": [{ "IPProtocol": "tcp" }],
        });
        hands.insert("global/firewalls", rule).await.unwrap();
        let mut nats = nat_with(&dump, &json!({}));
        let mut theirs = nats["nats"][0].clone();
        theirs["name"] = json!("by-hand");
        theirs["subnetworks"] = json!([{ "name": regional("subnetworks/shoot--p--a-internal"), "sourceIpRangesToNat": ["ALL_IP_RANGES"] }]);
        nats["nats"].as_array_mut().unwrap().push(theirs);
        hands.patch(&format!("regions/{REGION}/routers/{ROUTER}"), nats).await.unwrap();
        let before = life.dump();
        life.calls();
        life.events();
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(life.mutations(), Vec::<String>::new());
        assert_eq!(life.events(), []);
        assert_same(&life.dump(), &before, "by hand");
    });
}
