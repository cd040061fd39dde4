//! A code ends gardenlet's retries: none is written while the cloud-controller-manager may be at zero, and a run that cannot go
//! on gives it back before the point of no return.

use std::time::Duration;

use landscape::seed::memory::Verdict;
use planner::vocabulary::Milestone;
use serde_json::{Value, json};

use crate::support::{CloudFate, Crash, Setup, Simulation, block_on, journal};

#[test]
fn there_is_no_code_while_routes_go_and_the_cloud_forbids_every_look() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 200)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_deleting().await;
        let mark = simulation.mark();
        simulation.faults().refuse_reads(403, "forbidden");
        // Long enough for runs whose first look fails.
        simulation.world.time.sleep(Duration::from_secs(120)).await;
        simulation.faults().end();
        assert!(!simulation.written(mark, "/status/lastError/description").is_empty(), "it is told of");
        assert_eq!(simulation.codes(mark), Vec::<Value>::new());
        simulation.assert_hitless_end("reads forbidden while routes go").await;
    });
}

/// A PATCH that bears the right fingerprint is refused again and again, at M9 and after it.
#[test]
fn there_is_no_code_while_routes_go_and_a_policy_refuses_every_change() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 205)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_deleting().await;
        let mark = simulation.mark();
        simulation.faults().before(|request| match request.method() == http::Method::GET {
            true => CloudFate::Pass,
            false => CloudFate::Refuse(412, "conditionNotMet"),
        });
        simulation.world.time.sleep(Duration::from_secs(300)).await;
        simulation.faults().end();
        let told = simulation.written(mark, "/status/lastError/description");
        assert!(told.iter().any(|text| text.to_string().contains("a policy forbids it")), "{told:?}");
        assert_eq!(simulation.codes(mark), Vec::<Value>::new());
        simulation.assert_hitless_end("changes refused while routes go").await;
    });
}

#[test]
fn there_is_no_code_while_routes_go_and_the_configuration_is_broken() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(3, 201)).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_deleting().await;
        let mark = simulation.mark();
        let workers =
            |range: &str| json!({ "spec": { "providerConfig": { "networks": { "workers": range } } } });
        simulation.edit(&workers("10.250.0.1/16")).await;
        simulation.world.time.sleep(Duration::from_secs(300)).await;
        assert!(!simulation.written(mark, "/status/lastError/description").is_empty(), "it is told of");
        assert_eq!(simulation.codes(mark), Vec::<Value>::new());
        assert_eq!(simulation.ccm_replicas().await, 0);
        simulation.edit(&workers("10.250.0.0/16")).await;
        simulation.assert_hitless_end("configuration broken while routes go").await;
    });
}

#[test]
fn there_is_no_code_while_the_freeze_stands_and_cannot_be_taken_back() {
    block_on(async {
        let setup = Setup { ccm_stop_delay: Duration::from_secs(30), ..Setup::new(3, 203) };
        let simulation = Simulation::start(&setup).await;
        simulation.story.prepare().await.unwrap();
        simulation.add_ipv6().await;
        simulation.until_ccm_at_zero().await;
        let mark = simulation.mark();
        simulation.seed.before(|call| {
            let releases = call.method == "PATCH"
                && call.path.contains("managedresources")
                && call.body.to_string().contains("null");
            if releases { Verdict::Fail(500, "InternalError".to_owned()) } else { Verdict::Pass }
        });
        simulation.faults().refuse_reads(403, "forbidden");
        simulation.world.time.sleep(Duration::from_secs(100)).await;
        assert_eq!(simulation.ccm_replicas().await, 0, "the release is refused");
        assert!(!simulation.written(mark, "/status/lastError/description").is_empty(), "it is told of");
        assert_eq!(simulation.codes(mark), Vec::<Value>::new());
    });
}

#[test]
fn a_frozen_ccm_is_released_by_a_process_that_cannot_look_at_the_cloud() {
    for (code, reason) in [(503, "backendError"), (403, "forbidden")] {
        block_on(async {
            let setup = Setup { crash: Crash::After(Milestone::Freeze), ..Setup::new(3, 202) };
            let simulation = Simulation::start(&setup).await;
            simulation.story.prepare().await.unwrap();
            simulation.add_ipv6().await;
            simulation.until("the freeze", |object| journal(object, "frozen-at").is_string()).await;
            simulation.until_ccm_at_zero().await;
            // The crash comes, and the next process is not there yet.
            simulation.world.time.sleep(Duration::from_secs(12)).await;
            simulation.faults().refuse_reads(code, reason);
            assert_eq!(journal(&simulation.infrastructure().await, "phase"), "preparing");
            simulation.world.time.sleep(Duration::from_secs(1800)).await;
            let object = simulation.infrastructure().await;
            assert_eq!(journal(&object, "phase"), "preparing", "{code}");
            assert_eq!(simulation.ccm_replicas().await, 1, "{code}: {}", object["status"]["lastError"]);
            assert_eq!(journal(&object, "frozen-at"), &Value::Null, "{code}");
        });
    }
}

#[test]
fn an_operation_that_fails_is_not_tried_again_without_a_pause() {
    block_on(async {
        let mut simulation = Simulation::start(&Setup::new(2, 301)).await;
        simulation.story.prepare().await.unwrap();
        simulation.faults().before(|_| crate::support::CloudFate::Refuse(403, "forbidden"));
        simulation.hand_over_to_watching();
        simulation.world.time.sleep(Duration::from_secs(5)).await;
        let mark = simulation.mark();
        simulation
            .edit(&json!({ "metadata": { "annotations": { "gardener.cloud/operation": "restore" } } }))
            .await;
        simulation.world.time.sleep(Duration::from_secs(60)).await;
        let failures = simulation.written(mark, "/status/lastError/description").len();
        assert!((1..12).contains(&failures), "{failures} failures in 60 s");
    });
}

#[test]
fn an_error_without_codes_takes_back_the_codes_of_the_one_before() {
    block_on(async {
        let simulation = Simulation::start(&Setup::new(2, 204)).await;
        simulation.story.prepare().await.unwrap();
        let workers =
            |range: &str| json!({ "spec": { "providerConfig": { "networks": { "workers": range } } } });
        simulation.edit(&workers("10.250.0.1/16")).await;
        simulation.add_ipv6().await;
        let codes = |object: &Value| object.pointer("/status/lastError/codes").cloned();
        let wrong = json!(["ERR_CONFIGURATION_PROBLEM"]);
        simulation.until("an error with a code", |object| codes(object) == Some(wrong.clone())).await;
        simulation.faults().refuse_reads(503, "backendError");
        simulation.edit(&workers("10.250.0.0/16")).await;
        let failed = simulation
            .until("an error of the cloud", |object| {
                let text = object.pointer("/status/lastError/description").and_then(Value::as_str);
                text.is_some_and(|text| text.contains("backendError"))
            })
            .await;
        assert_eq!(codes(&failed), None, "{:#}", failed["status"]["lastError"]);
    });
}
