//! Policies of the organisation that refuse a change, although it bears the right fingerprint.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, resource};
use super::life::{Life, Setup};
use super::migrating;
use crate::support::{CloudFate, block_on};

const NODES: &str = "shoot--p--a-nodes";
const VIOLATED: &str = "Constraint constraints/compute.requireVpcFlowLogs violated for projects/1";

/// A shoot whose flow logs are to be switched on.
async fn about_to_log() -> (Life, Shoot) {
    let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
    life.create(&shoot);
    life.settle(&shoot).await;
    life.configure(&shoot, &json!({ "flowLogs": { "flowSampling": 0.7 } })).await;
    life.calls();
    (life, shoot)
}

fn patch_of_nodes() -> String {
    format!("PATCH subnetworks/{NODES}")
}

/// A refusal of changes of subnets, at once or with the operation.
fn refusals() -> [Value; 2] {
    [
        json!({ "refuse": { "status": 412, "reason": "conditionNotMet", "message": VIOLATED } }),
        json!({ "failOperation": {
            "code": "CONDITION_NOT_MET", "message": VIOLATED, "httpErrorStatusCode": 412, "errorDetails": [],
        } }),
    ]
}

#[test]
fn a_change_that_is_refused_again_although_nothing_changed_meanwhile_is_refused_by_a_policy() {
    for refusal in refusals() {
        block_on(async {
            let (life, shoot) = about_to_log().await;
            life.cloud
                .fault(&json!({ "method": "compute.subnetworks.patch", "count": null, "fault": refusal }))
                .await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let (text, codes) = life.failure(&shoot);
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{text}");
            for part in
                [VIOLATED, "the constraint is constraints/compute.requireVpcFlowLogs", "networks.flowLogs"]
            {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert_eq!(life.mutations(), vec![patch_of_nodes(); 2]);
            life.cloud.end_faults().await;
            life.settle(&shoot).await;
            assert_eq!(resource(&life.dump(), "subnetworks", NODES).unwrap()["enableFlowLogs"], true);
        });
    }
}

#[test]
fn a_change_that_is_refused_once_came_too_late_and_nobody_hears_of_it() {
    for refusal in refusals() {
        block_on(async {
            let (life, shoot) = about_to_log().await;
            life.cloud
                .fault(&json!({ "method": "compute.subnetworks.patch", "count": 1, "fault": refusal }))
                .await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
            assert_eq!(life.status(&shoot).get("lastError"), None);
            assert_eq!(resource(&life.dump(), "subnetworks", NODES).unwrap()["enableFlowLogs"], true);
        });
    }
}

/// Each time it is changed before the change arrives, and so reads otherwise after it.
#[test]
fn a_change_that_comes_too_late_each_time_is_not_taken_for_refused_by_a_policy() {
    block_on(async {
        let (life, shoot) = about_to_log().await;
        let late = Arc::new(AtomicUsize::new(0));
        let count = late.clone();
        life.cloud.faults.before(move |request| {
            let logs = request.method() == http::Method::PATCH
                && String::from_utf8_lossy(request.body()).contains("enableFlowLogs");
            if !logs {
                return CloudFate::Pass;
            }
            count.fetch_add(1, Ordering::SeqCst);
            CloudFate::Refuse(412, "conditionNotMet")
        });
        let somebody = async {
            for number in 1.. {
                while late.load(Ordering::SeqCst) < number {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                let range = json!({ "rangeName": "theirs", "ipCidrRange": format!("10.77.{number}.0/24") });
                let ranges = if number % 2 == 0 { json!([]) } else { json!([range]) };
                let path = format!("regions/{REGION}/subnetworks/{NODES}");
                let found = life.hands().get(&path).await.unwrap().unwrap();
                let body = json!({ "fingerprint": found["fingerprint"], "secondaryIpRanges": ranges });
                life.hands().patch(&path, body).await.unwrap();
            }
        };
        let next = tokio::select! {
            () = somebody => unreachable!(),
            next = life.reconcile(&shoot) => next,
        };
        assert_eq!(next, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert_eq!(codes, Vec::<String>::new(), "{text}");
        assert!(late.load(Ordering::SeqCst) > 2, "{text}");
    });
}

/// So it does where the migration to dual-stack is taken back because of it.
#[test]
fn what_a_policy_leaves_to_do_is_said_of_a_migration_that_it_refuses_and_there_is_an_event() {
    block_on(async {
        let (life, shoot, _) = migrating::with_routed_vms(&Setup::default()).await;
        life.cloud.faults.before(|request| {
            let services = String::from_utf8_lossy(request.body()).contains("-services");
            if request.method() == http::Method::POST && services {
                CloudFate::RefuseSaying(412, "conditionNotMet", VIOLATED)
            } else {
                CloudFate::Pass
            }
        });
        assert!(!migrating::go_dual_stack(&life, &shoot).await, "nobody kills it");
        let (text, codes) = life.failure(&shoot);
        assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{text}");
        let retry = "retry the Shoot, which this error leaves Failed: kubectl annotate";
        for part in ["refused for good at M2b", "have the project exempted", "try-again", retry] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let events = life.events();
        let told = events.iter().find(|event| event.reason == "RefusedForGood").unwrap();
        assert!(told.warning && told.text.starts_with("M2b: ") && told.text.contains(VIOLATED), "{told:?}");
    });
}

/// A flag that cannot be set back is in nobody's way.
#[test]
fn a_flag_that_a_policy_keeps_on_is_told_and_left_on() {
    block_on(async {
        let (life, shoot, vms) = migrating::with_routed_vms(&Setup::default()).await;
        life.cloud.faults.before(|request| {
            let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            match body["allowSubnetCidrRoutesOverlap"] == false {
                true => CloudFate::RefuseSaying(412, "conditionNotMet", VIOLATED),
                false => CloudFate::Pass,
            }
        });
        assert!(!migrating::go_dual_stack(&life, &shoot).await, "nobody kills it");
        migrating::assert_migrated(&life, &shoot, &vms);
        assert_eq!(
            resource(&life.dump(), "subnetworks", NODES).unwrap()["allowSubnetCidrRoutesOverlap"],
            true
        );
        let events = life.events();
        let told = events.iter().find(|event| event.text.starts_with("overlap-stays")).unwrap();
        assert!(told.warning && told.text.contains("set it back by hand"), "{told:?}");
    });
}

/// The nodes subnet can be given its setting; the internal one cannot.
#[test]
fn what_a_policy_that_demands_flow_logs_leaves_to_do_is_said_for_each_subnet() {
    for (networks, part) in [
        (json!({ "workers": "10.250.0.0/16" }), "set networks.flowLogs"),
        (
            json!({ "workers": "10.250.0.0/16", "internal": "10.252.0.0/24", "flowLogs": { "flowSampling": 0.5 } }),
            "leave networks.internal out, or have the project exempted",
        ),
    ] {
        block_on(async {
            let life = Life::new(&Setup::default()).await;
            let shoot = Shoot { networks: networks.clone(), ..Shoot::usual() };
            life.create(&shoot);
            // As the policy decides: without flow logs no subnet is made.
            life.cloud.faults.before(|request| {
                let makes_subnet =
                    request.method() == http::Method::POST && request.uri().path().ends_with("/subnetworks");
                let logs = String::from_utf8_lossy(request.body()).contains("\"enableFlowLogs\":true");
                if makes_subnet && !logs {
                    CloudFate::RefuseSaying(412, "conditionNotMet", VIOLATED)
                } else {
                    CloudFate::Pass
                }
            });
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let (text, codes) = life.failure(&shoot);
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{text}");
            assert!(text.contains(part), "{text}");
        });
    }
}
