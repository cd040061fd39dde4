//! Configurations that are odd, and documents that lack something: carried out where that is possible, an error where not.

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{Shoot, assert_same, resource};
use super::life::{Life, Setup};
use crate::support::block_on;

/// The reference reconciles such a shoot, so it is not refused; each field is named once per operation.
#[test]
fn an_odd_configuration_is_carried_out_and_each_odd_field_is_named() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let networks =
            json!({ "workers": "10.250.0.0/16", "flowLogs": {}, "cloudNAT": { "natIPNames": [] } });
        let shoot = Shoot { networks, ..Shoot::usual() };
        life.create(&shoot);
        for operation in ["Create", "Reconcile"] {
            life.settle(&shoot).await;
            assert_eq!(life.status(&shoot)["lastOperation"]["type"], operation);
            let events = life.events().into_iter().filter(|event| event.reason == "ConfigurationAdvice");
            let mut paths: Vec<String> = events
                .map(|event| {
                    assert!(event.warning, "{event:?}");
                    event.text.split(": ").next().unwrap().to_owned()
                })
                .collect();
            paths.sort();
            assert_eq!(paths, ["networks.cloudNAT.natIPNames", "networks.flowLogs"], "{operation}");
            life.ask(&shoot, "reconcile").await;
        }
    });
}

#[test]
fn an_address_that_is_named_twice_serves_the_nat_once_and_is_reported_once() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let mut shoot = Shoot::usual();
        let name = |name: &str| json!({ "name": name });
        shoot.networks["cloudNAT"] =
            json!({ "natIPNames": [name("egress-1"), name("egress-2"), name("egress-1")] });
        life.create(&shoot);
        life.settle(&shoot).await;
        let status = life.status(&shoot);
        assert_eq!(status["egressCIDRs"], json!(["203.0.113.10/32", "203.0.113.11/32"]));
        assert_eq!(status["providerStatus"]["networks"]["natIPs"].as_array().map(Vec::len), Some(2));
        let dump = life.dump();
        let nat = &resource(&dump, "routers", "shoot--p--a-cloud-router").unwrap()["nats"][0];
        assert_eq!(nat["natIps"].as_array().map(Vec::len), Some(2), "{nat:#}");
        let told =
            life.events().into_iter().filter(|event| event.text.contains("natIPNames[2].name")).count();
        assert_eq!(told, 1);
    });
}

#[test]
fn ranges_that_the_shoot_does_not_name_are_not_reported_and_harm_nothing() {
    let table = [
        (json!({ "pods": "100.96.0.0/11", "services": "100.64.0.0/13" }), [0, 1, 1]),
        (json!({ "pods": "100.96.0.0/11" }), [0, 1, 0]),
        (json!({}), [0, 0, 0]),
    ];
    for (ranges, wanted) in table {
        block_on(async {
            let life = Life::new(&Setup::default()).await;
            let shoot = Shoot { ranges: ranges.clone(), ..Shoot::usual() };
            life.create(&shoot);
            life.settle(&shoot).await;
            let status = life.status(&shoot);
            assert_eq!(status["lastOperation"]["state"], "Succeeded", "{ranges}: {status:#}");
            let reported = ["nodes", "pods", "services"]
                .map(|field| status["networking"][field].as_array().map_or(0, Vec::len));
            assert_eq!(reported, wanted, "{ranges}");
            life.delete(&shoot).await;
            life.settle(&shoot).await;
            assert_eq!(life.object(&shoot), None, "{ranges}");
        });
    }
}

#[test]
fn dual_stack_without_a_range_for_services_is_an_error_that_names_it() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot { ranges: json!({ "pods": "100.96.0.0/11" }), ..Shoot::dual_stack() };
        life.create(&shoot);
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert!(text.contains("shoot.spec.networking.services is missing"), "{text}");
        assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
        assert_eq!(life.mutations(), [""; 0]);
    });
}

/// The router cannot go, so neither can the nodes subnet that its NAT serves, nor the VPC; all else does, at once.
#[test]
fn a_step_that_fails_keeps_back_only_what_needs_it() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        life.mutations();
        let fault = json!({ "refuse": { "status": 403, "reason": "forbidden", "message": "no" } });
        life.cloud.fault(&json!({ "method": "compute.routers.delete", "count": null, "fault": fault })).await;
        life.delete(&shoot).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let sent = life.mutations();
        let network = |label: &&String| label.contains("/networks/");
        assert_eq!(sent.iter().filter(network).count(), 0, "{sent:#?}");
        assert!(!sent.iter().any(|label| label.contains("-nodes")), "{sent:#?}");
        for gone in ["-internal", "-allow-internal-access", "-allow-health-checks"] {
            assert!(sent.iter().any(|label| label.contains(gone)), "{gone}: {sent:#?}");
        }
        assert!(resource(&life.dump(), "subnetworks", "shoot--p--a-nodes").is_some());
        life.cloud.end_faults().await;
        life.settle(&shoot).await;
        assert_eq!(life.object(&shoot), None);
    });
}

/// Admission lets it through. What the shoot has stays where it is, and is found there when the shoot goes.
#[test]
fn a_network_that_shall_move_to_another_vpc_is_an_error_and_deleted_where_it_is() {
    for name in ["corp-vpc", "there-is-none"] {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            let before = life.dump();
            life.create(&shoot);
            life.settle(&shoot).await;
            life.calls();
            let vpc = json!({ "name": name, "cloudRouter": { "name": "corp-router" } });
            life.configure(&shoot, &json!({ "vpc": vpc })).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let (text, codes) = life.failure(&shoot);
            assert!(text.contains(name) && text.contains("is in shoot--p--a"), "{text}");
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
            assert_eq!(life.mutations(), Vec::<String>::new());
            life.delete(&shoot).await;
            life.settle(&shoot).await;
            assert_same(&life.dump(), &before, name);
        });
    }
}

/// Deeper than a decoder goes.
fn deep() -> Value {
    (0..300).fold(json!("sesame"), |inner, _| json!([inner]))
}

/// It is told in its status with the field, nothing of it is written over, and once it is mended all goes on.
#[test]
fn a_document_that_nests_too_deep_is_an_error_of_its_object() {
    let table = [
        ("/spec/providerConfig/unknown", Some("spec.providerConfig cannot be decoded"), true),
        ("/spec/providerConfig/networks/workers", Some("spec.providerConfig cannot be decoded"), true),
        ("/status/state/unknown", Some("status.state"), false),
        ("/status/providerStatus/unknown", None, false),
    ];
    for (path, wanted, of_configuration) in table {
        block_on(async {
            let life = Life::new(&Setup::default()).await;
            let shoot = Shoot::usual();
            life.create(&shoot);
            life.settle(&shoot).await;
            let before = life.object(&shoot).unwrap();
            let mut odd = before.clone();
            landscape::json::set(&mut odd, path, deep());
            landscape::json::set(&mut odd, "/metadata/annotations/gardener.cloud~1operation", "reconcile");
            life.readers.excuse(odd["status"]["state"].clone());
            life.seed.put(&odd).unwrap();
            let next = life.reconcile(&shoot).await;
            let status = life.status(&shoot);
            let annotations = life.object(&shoot).unwrap()["metadata"]["annotations"].clone();
            assert!(annotations.get("gardener.cloud/operation").is_none(), "{path}: {annotations}");
            match wanted {
                Some(wanted) => {
                    assert_eq!(next, Requeue::WithBackoff, "{path}");
                    let (text, codes) = life.failure(&shoot);
                    assert!(text.contains(wanted) && text.contains("recursion limit"), "{path}: {text}");
                    assert_eq!(!codes.is_empty(), of_configuration, "{path}: {codes:?}");
                    // What cannot be read is left as it is.
                    assert_eq!(life.object(&shoot).unwrap().pointer(path), odd.pointer(path), "{path}");
                }
                None => assert_eq!(
                    (next, &status["lastOperation"]["state"]),
                    (Requeue::OnChange, &json!("Succeeded")),
                    "{path}"
                ),
            }
            let mut mended = life.object(&shoot).unwrap();
            match before.pointer(path) {
                Some(value) => landscape::json::set(&mut mended, path, value.clone()),
                None => drop(landscape::json::remove(&mut mended, path)),
            }
            life.seed.put(&mended).unwrap();
            life.settle(&shoot).await;
            life.delete(&shoot).await;
            life.settle(&shoot).await;
            assert_eq!(life.object(&shoot), None, "{path}");
        });
    }
}
