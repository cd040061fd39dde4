//! What the rest of Gardener reads: finalizer, annotation, status, state.

use planner::vocabulary::Milestone;
use serde_json::{Value, json};

use crate::support::{Crash, Setup, Simulation, block_on};

fn provider_status(subnets: &Value, families: &[&str]) -> Value {
    json!({
        "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1",
        "kind": "InfrastructureStatus",
        "networks": {
            "vpc": { "name": "shoot--p--a", "cloudRouter": { "name": "shoot--p--a-cloud-router" } },
            "subnets": subnets, "ipfamilies": families,
        },
        "serviceAccountEmail": "",
    })
}

fn subnet(purpose: &str) -> Value {
    json!({ "name": format!("shoot--p--a-{purpose}"), "purpose": purpose })
}

#[test]
fn the_status_of_an_ipv4_shoot_and_of_the_dual_stack_shoot_that_it_becomes() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 20)).await;
        simulation.story.prepare().await.unwrap();
        let before = simulation.infrastructure().await;
        assert_eq!(before["metadata"]["finalizers"], json!(["extensions.gardener.cloud/infrastructure"]));
        assert_eq!(before["metadata"]["annotations"]["gardener.cloud/operation"], Value::Null);
        let status = &before["status"];
        let subnets = json!([subnet("nodes"), subnet("internal")]);
        assert_eq!(status["providerStatus"], provider_status(&subnets, &["IPv4"]));
        assert_eq!(
            status["networking"],
            json!({ "nodes": ["10.250.0.0/16"], "pods": ["100.96.0.0/11"], "services": ["100.64.0.0/13"] })
        );
        assert_eq!(status["state"], state(&json!({ "project": "my-project", "resources_exist": "true" })));
        assert_eq!(status["lastOperation"]["type"], "Create");
        assert_eq!(status["lastOperation"]["state"], "Succeeded");
        assert_eq!(status["lastOperation"]["progress"], 100);
        assert_eq!(status["lastError"], Value::Null);
        assert_eq!(status["observedGeneration"], before["metadata"]["generation"]);

        simulation.story.migrate().await.unwrap();
        let after = simulation.infrastructure().await;
        let status = &after["status"];
        let subnets = json!([subnet("nodes"), subnet("internal"), subnet("services")]);
        assert_eq!(status["providerStatus"], provider_status(&subnets, &["IPv4", "IPv6"]));
        let data = &status["state"]["data"];
        let nodes = data["nodes-subnet-ipv6-cidr"].as_str().unwrap();
        let services = data["services-subnet-ipv6-cidr"].as_str().unwrap();
        assert!(nodes.ends_with("::/64") && services.ends_with("::/64") && nodes != services, "{data}");
        let first_108 = services.replace("::/64", "::/108");
        assert_eq!(
            status["networking"],
            json!({
                "nodes": ["10.250.0.0/16", nodes],
                "pods": ["100.96.0.0/11", nodes],
                "services": ["100.64.0.0/13", first_108],
            })
        );
        let wanted = json!({
            "dual-stack-reported": "true", "nodes-subnet-ipv6-cidr": nodes, "project": "my-project", "resources_exist": "true",
            "services-subnet-ipv6-cidr": services,
        });
        assert_eq!(status["state"], state(&wanted), "the journal is empty, its own keys are gone");
        assert_eq!(status["lastOperation"]["type"], "Reconcile");
    });
}

fn state(data: &Value) -> Value {
    json!({
        "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1",
        "kind": "InfrastructureState",
        "data": data,
    })
}

/// Before the first route goes, every one is in the state, in the form that the reference reads.
#[test]
fn the_pending_routes_are_in_the_state_in_the_references_form() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 21)).await;
        let machines = simulation.story.prepare().await.unwrap().machines;
        simulation.add_ipv6().await;
        let deleting = simulation
            .until("the point of no return", |object| {
                object["status"]["state"]["data"]["migration/phase"] == "deleting"
            })
            .await;
        let mut routes = deleting["status"]["state"]["routes"].as_array().unwrap().clone();
        routes.sort_by_key(|route| route["destinationCIDR"].as_str().unwrap().to_owned());
        let wanted: Vec<Value> = machines
            .iter()
            .map(|machine| {
                json!({
                    "instanceName": machine.name, "destinationCIDR": machine.pod_cidr, "zone": machine.zone,
                })
            })
            .collect();
        assert_eq!(routes, wanted);
        assert_eq!(deleting["status"]["state"]["data"]["migration/overlap-before"], "false");
    });
}

/// Through waits, a crash and a restart: what is shown as done is never taken back.
#[test]
fn progress_never_falls() {
    block_on(async {
        let setup = Setup { crash: Crash::After(Milestone::Aliases), ..Setup::new(5, 22) };
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        let before = simulation.seed.calls().len();
        simulation.story.migrate().await.unwrap();
        let operations: Vec<Value> = simulation
            .seed
            .calls()
            .iter()
            .skip(before)
            .filter_map(|logged| logged.call.body.pointer("/status/lastOperation").cloned())
            .collect();
        let percents: Vec<i64> = operations.iter().map(|last| last["progress"].as_i64().unwrap()).collect();
        assert!(percents.is_sorted(), "{percents:?}");
        assert_eq!(percents.last(), Some(&100));
        let texts: Vec<&str> = operations.iter().map(|last| last["description"].as_str().unwrap()).collect();
        for wanted in ["step M3", "step M5, 0 of 5 nodes", "step M6", "step M9", "step M10"] {
            let wanted = format!("Migrating pod routes to alias IP ranges: {wanted}");
            assert!(texts.iter().any(|text| text.starts_with(&wanted)), "{wanted} is not in {texts:#?}");
        }
    });
}

/// While nodes are finished with in waves.
#[test]
fn the_words_of_the_progress_never_fall_either() {
    block_on(async {
        let mut setup = Setup::new(20, 207);
        setup.settings.wave = 5;
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        let mark = simulation.mark();
        simulation.story.migrate().await.unwrap();
        let texts = simulation.written(mark, "/status/lastOperation/description");
        let texts: Vec<&str> =
            texts.iter().filter_map(Value::as_str).filter(|text| text.contains("step M9")).collect();
        let done: Vec<u32> = texts
            .iter()
            .filter_map(|text| text.split(", ").nth(1)?.split(' ').next()?.parse().ok())
            .collect();
        assert!(done.len() > 1 && done.is_sorted(), "{texts:#?}");
        assert!(texts.iter().all(|text| text.ends_with(" of 20 nodes")), "{texts:#?}");
    });
}
