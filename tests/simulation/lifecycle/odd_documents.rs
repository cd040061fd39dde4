//! Documents around an Infrastructure that are odd: nulls, which Go takes for nothing, and what cannot be read at all.

use gardener_extension_infra_gcp::extension::Next;
use serde_json::{Value, json};

use super::documents::Shoot;
use super::life::{Life, Setup};
use crate::support::block_on;

/// The Cluster of `shoot` with `value` at a path below its Shoot.
fn cluster(shoot: &Shoot, path: &str, value: Value) -> Value {
    let [_, _, mut cluster] = shoot.around();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = cluster.pointer_mut(&format!("/spec{parent}")).unwrap();
    parent[name] = value;
    cluster
}

#[test]
fn a_null_in_a_cluster_is_absent() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        for (path, value) in [
            ("/shoot/metadata", Value::Null),
            ("/shoot/metadata/annotations", Value::Null),
            ("/shoot/metadata/annotations", json!({ "a": null })),
            ("/shoot/spec/networking/ipFamilies", Value::Null),
            ("/shoot/spec/networking/ipFamilies", json!(["IPv4", null])),
            ("/shoot/status", Value::Null),
            ("/shoot/status/lastOperation", Value::Null),
            ("/shoot/status/networking", json!({ "nodes": null })),
            ("/shoot/spec/networking", json!({ "nodes": null, "pods": null, "services": null })),
            ("/shoot/spec", Value::Null),
        ] {
            life.seed.put(&cluster(&shoot, path, value.clone())).unwrap();
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Next::Rest, "{path} = {value}");
            let status = life.status(&shoot);
            assert_eq!(status["lastOperation"]["state"], "Succeeded", "{path} = {value}: {status:#}");
            assert_eq!(
                status["providerStatus"]["networks"]["subnets"].as_array().unwrap().len(),
                2,
                "no services"
            );
        }
    });
}

#[test]
fn a_cluster_that_cannot_be_read_is_told_in_the_status() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        let long = "x".repeat(100_000);
        for (path, value, word) in [
            (
                "/shoot/spec/networking/ipFamilies",
                json!("IPv4"),
                "spec.shoot.spec.networking.ipFamilies: invalid type",
            ),
            ("/shoot/metadata/annotations", json!([long]), "spec.shoot.metadata.annotations: invalid type"),
            ("/shoot/status/networking", json!(long), "spec.shoot.status.networking: invalid type"),
        ] {
            life.seed.put(&cluster(&shoot, path, value)).unwrap();
            life.calls();
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Next::Retry, "{path}");
            let (text, codes) = life.failure(&shoot);
            assert!(
                text.starts_with("Error reconciling infrastructure: Cluster shoot--p--a cannot be read: "),
                "{text}"
            );
            assert!(text.contains(word) && text.len() < 1000, "{text}");
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
            assert_eq!(life.calls().len(), 0, "nobody else is asked");
        }
        let [_, _, right] = shoot.around();
        life.seed.put(&right).unwrap();
        life.settle(&shoot).await;
        assert_eq!(life.status(&shoot).get("lastError"), None);
    });
}
