//! Documents around an Infrastructure that are odd: nulls, which Go takes for nothing, and what cannot be read at all.

use gardener_extension_infra_gcp::extension::{Event, Requeue};
use serde_json::{Value, json};

use super::documents::{Shoot, assert_same};
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
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{path} = {value}");
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
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff, "{path}");
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

/// A shoot that is refused before Google is asked for anything, and what is said of it.
async fn refused(life: &Life, shoot: &Shoot, about: &str) -> String {
    life.calls();
    assert_eq!(life.reconcile(shoot).await, Requeue::WithBackoff, "{about}");
    let (text, codes) = life.failure(shoot);
    assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{about}: {text}");
    assert_eq!(life.calls().len(), 0, "{about}: nobody is asked");
    text
}

/// Of a value that would become a part of a URL the field is named, and nothing is sent.
#[test]
fn what_is_no_name_reaches_no_url() {
    let long = "a".repeat(700_000);
    let values = [
        "projects/host/global/networks/x",
        "a/b",
        "..",
        ".",
        "a b",
        "a%2Fb",
        "a?b",
        "a#b",
        "A",
        "\u{1b}[2J",
        "a\nb",
        "ä",
        &long,
    ];
    let networks = |path: &str, value: &str| {
        let vpc = |name: &str, router: &str| json!({ "name": name, "cloudRouter": { "name": router } });
        let mut networks = json!({ "workers": "10.250.0.0/16", "vpc": vpc("corp-vpc", "corp-router") });
        match path {
            "vpc.name" => networks["vpc"] = vpc(value, "corp-router"),
            "vpc.cloudRouter.name" => networks["vpc"] = vpc("corp-vpc", value),
            _ => networks["cloudNAT"] = json!({ "natIPNames": [{ "name": "egress-1" }, { "name": value }] }),
        }
        networks
    };
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        for value in values {
            for path in ["vpc.name", "vpc.cloudRouter.name", "cloudNAT.natIPNames[1].name"] {
                let mut object = life.object(&shoot).unwrap();
                object["spec"]["providerConfig"]["networks"] = networks(path, value);
                life.seed.put(&object).unwrap();
                let about = format!("{path}: {:?}", value.get(..20).unwrap_or(value));
                let text = refused(&life, &shoot, &about).await;
                let named = format!("spec.providerConfig.networks.{path}: \"");
                assert!(text.contains(&named) && text.contains("is not a name"), "{about}: {text}");
                assert!(text.len() < 1000 && !text.contains(char::is_control), "{about}: {text}");
                assert_eq!(text.contains("Shared VPC"), value.starts_with("projects/"), "{text}");
            }
        }
        life.edit(&shoot, &json!({ "spec": { "providerConfig": { "networks": null } } })).await;
        life.configure(&shoot, &shoot.networks).await;
        for region in ["../zones/x", "", "europe-west1/zones", long.as_str()] {
            life.edit(&shoot, &json!({ "spec": { "region": region } })).await;
            assert!(refused(&life, &shoot, "region").await.contains("spec.region: "));
        }
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_eq!(
            life.object(&shoot),
            None,
            "nothing was ever made, so it can go with whatever it asks for"
        );
    });
}

/// The pending work of a migration is input too.
#[test]
fn what_is_no_vm_is_not_taken_for_pending_work() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        for (field, value) in [
            ("zone", "../../global"),
            ("zone", "europe-west1-b/instances/x"),
            ("instanceName", "a/b"),
            ("instanceName", ".."),
            ("destinationCIDR", "100.96.0.5/24"),
            ("destinationCIDR", "0100.96.0.0/24"),
        ] {
            let mut object = life.object(&shoot).unwrap();
            let mut route =
                json!({ "instanceName": "vm", "zone": "europe-west1-b", "destinationCIDR": "100.96.0.0/24" });
            route[field] = json!(value);
            object["status"]["state"]["routes"] = json!([route]);
            life.seed.put(&object).unwrap();
            life.ask(&shoot, "reconcile").await;
            life.calls();
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff, "{field} = {value}");
            let (text, _) = life.failure(&shoot);
            assert!(text.contains(&format!("status.state.routes[0].{field} is \"{value}\"")), "{text}");
            assert_eq!(life.calls().len(), 0, "nobody is asked");
            assert_eq!(life.status(&shoot)["state"], object["status"]["state"], "it is left as it is");
        }
    });
}

#[test]
fn a_name_that_would_be_too_long_is_refused_before_anything_is_made() {
    block_on(async {
        let named = |length: usize| Shoot {
            name: format!("shoot--p--{}", "a".repeat(length - 10)),
            ..Shoot::usual()
        };
        let life = Life::new(&Setup::default()).await;
        let too_long = named(42);
        life.create(&too_long);
        let text = refused(&life, &too_long, "42").await;
        assert!(text.contains("-allow-internal-access would have") && text.contains("1 too many"), "{text}");
        assert!(text.contains("42 characters and may have at most 41"), "{text}");
        life.delete(&too_long).await;
        life.settle(&too_long).await;

        let fits = named(41);
        life.create(&fits);
        life.settle(&fits).await;
        let before = life.dump();
        life.edit_shoot(&fits, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } }))
            .await;
        life.ask(&fits, "reconcile").await;
        let text = refused(&life, &fits, "dual-stack").await;
        assert!(text.contains("at most 36 for dual-stack") && text.contains("5 too many"), "{text}");
        assert_same(&life.dump(), &before, "refused");
        life.edit_shoot(&fits, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4"] } } })).await;
        life.ask(&fits, "reconcile").await;
        life.settle(&fits).await;
        life.edit_shoot(&fits, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } }))
            .await;
        life.delete(&fits).await;
        life.settle(&fits).await;
        assert_eq!(life.object(&fits), None, "whatever it asks for, it can be deleted");
    });
}

#[test]
fn a_shoot_that_hosts_itself_is_refused_by_name() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot { name: "kube-system".to_owned(), ..Shoot::usual() };
        life.create(&shoot);
        assert!(refused(&life, &shoot, "self-hosted").await.contains("the Cluster is called kube-system"));
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_eq!(life.object(&shoot), None);
    });
}

#[test]
fn what_is_no_range_makes_no_shoot_dual_stack_and_is_reported_to_nobody() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        life.events();
        let nodes = json!({ "status": { "networking": { "nodes": ["10.250.0.0/16", "garbage"] } } });
        life.edit_shoot(&shoot, &nodes).await;
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(life.status(&shoot)["providerStatus"]["networks"]["ipfamilies"], json!(["IPv4"]));
        let events = life.events();
        let told = |event: &Event| {
            event.text.starts_with("shoot.status.networking.nodes[1]: \"garbage\" is not a range")
        };
        assert!(events.iter().any(told), "{events:?}");

        for (field, value) in [
            ("nodes", "010.250.0.0/16"),
            ("nodes", "x"),
            ("pods", "100.96.0.1/11"),
            ("pods", "0100.96.0.0/11"),
            ("services", "x"),
        ] {
            let patch = json!({ "spec": { "networking": { (field): value } } });
            life.edit_shoot(&shoot, &patch).await;
            life.ask(&shoot, "reconcile").await;
            let text = refused(&life, &shoot, value).await;
            assert!(text.contains(&format!("shoot.spec.networking.{field}: \"{value}\" is not")), "{text}");
            life.edit_shoot(&shoot, &json!({ "spec": { "networking": shoot.ranges } })).await;
        }
        life.configure(&shoot, &json!({ "flowLogs": { "flowSampling": 1e39 } })).await;
        let text = refused(&life, &shoot, "sampling").await;
        assert!(text.contains("networks.flowLogs.flowSampling: too large"), "{text}");
    });
}

/// The log, events and the status have a line of each, whatever it is about.
#[test]
fn what_is_long_or_unprintable_or_many_is_told_in_a_line() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::in_user_vpc();
        life.create(&shoot);
        let long = "\u{1b}[2J\n".repeat(200_000);
        let names: Vec<Value> =
            (0..1000).map(|number| json!({ "name": format!("unknown-{number}") })).collect();
        for (about, networks) in [
            ("a value", json!({ "workers": long })),
            ("a field", json!({ "workers": "10.250.0.0/16", (long.as_str()): 1 })),
            ("a value of the wrong type", json!({ "workers": "10.250.0.0/16", "mtu": long })),
            ("a word", json!({ "workers": "10.250.0.0/16", "vpc": { "name": long } })),
        ] {
            let mut object = life.object(&shoot).unwrap();
            object["spec"]["providerConfig"]["networks"] = networks;
            life.seed.put(&object).unwrap();
            let text = refused(&life, &shoot, about).await;
            assert!(text.len() < 1000 && !text.contains(char::is_control), "{about}: {text}");
        }
        let mut object = life.object(&shoot).unwrap();
        object["spec"]["providerConfig"]["networks"] = shoot.networks.clone();
        object["spec"]["providerConfig"]["networks"]["cloudNAT"] = json!({ "natIPNames": names });
        life.seed.put(&object).unwrap();
        life.events();
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
        assert!(
            text.contains("natIPNames[0].name: Not found: \"unknown-0\", ")
                && text.contains(" and 990 more]"),
            "{text}"
        );
        let events = life.events();
        assert!(events.len() < 15, "{} events", events.len());
        assert!(events.iter().any(|event| event.text == "and 990 more like these"), "{events:?}");
        assert!(
            events.iter().all(|event| event.text.len() <= 1000 && !event.text.contains(char::is_control))
        );
    });
}
