//! Google says that it is done, and goes on showing what was there before.

use std::time::Duration;

use gardener_extension_infra_gcp::extension::Requeue;
use http::Method;
use serde_json::json;

use super::documents::{Shoot, resource};
use super::life::{Life, Setup};
use super::migrating::{add_route, add_vms, assert_migrated};
use crate::support::{CloudFate, block_on};

const RULE: &str = "shoot--p--a-allow-internal-access";
const ROUTER: &str = "shoot--p--a-cloud-router";

async fn created() -> (Life, Shoot) {
    let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
    life.create(&shoot);
    life.settle(&shoot).await;
    (life, shoot)
}

/// From now on each `method` for a `collection` is said to be done, and has no effect.
fn take_without_effect(life: &Life, method: Method, collection: &'static str) {
    life.cloud.faults.before(move |request| {
        match *request.method() == method && request.uri().path().contains(&format!("/{collection}")) {
            true => CloudFate::Answer(json!({ "name": "operation-1", "status": "DONE" })),
            false => CloudFate::Pass,
        }
    });
}

#[test]
fn a_field_that_cannot_be_put_right_is_left_as_it_is_with_a_warning_until_the_next_time() {
    block_on(async {
        let (life, shoot) = created().await;
        life.hands().patch(&format!("global/firewalls/{RULE}"), json!({ "priority": 900 })).await.unwrap();
        take_without_effect(&life, Method::PATCH, "firewalls");
        for _ in 0..2 {
            life.calls();
            life.events();
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
            assert_eq!(life.status(&shoot).get("lastError"), None);
            assert_eq!(life.mutations(), vec![format!("PATCH firewalls/{RULE}"); 4]);
            let events = life.events();
            let warnings: Vec<_> = events.iter().filter(|event| event.warning).collect();
            assert_eq!(warnings.len(), 1, "{events:#?}");
            for part in [RULE, "priority: 900 → 1000", "is as before"] {
                assert!(warnings[0].text.contains(part), "{part}: {warnings:#?}");
            }
        }
        life.cloud.faults.end();
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(resource(&life.dump(), "firewalls", RULE).unwrap()["priority"], 1000);
    });
}

/// Something else that fails for days is no reason to leave it as it is for as long.
#[test]
fn it_is_tried_again_at_each_attempt_also_while_something_else_fails() {
    block_on(async {
        let (life, shoot) = created().await;
        let rule = format!("global/firewalls/{RULE}");
        life.hands().patch(&rule, json!({ "priority": 900 })).await.unwrap();
        let fails = json!({ "refuse": { "status": 403, "reason": "quotaExceeded", "message": "full" } });
        life.cloud
            .fault(&json!({ "method": "compute.subnetworks.insert", "count": null, "fault": fails }))
            .await;
        take_without_effect(&life, Method::PATCH, "firewalls");
        life.configure(&shoot, &json!({ "internal": "10.252.0.0/24" })).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        life.cloud.faults.end();
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        assert_eq!(resource(&life.dump(), "firewalls", RULE).unwrap()["priority"], 1000);
    });
}

/// Somebody else wants it otherwise, and each time in another way.
#[test]
fn a_field_that_is_changed_back_in_ever_new_ways_is_left_as_it_is_too() {
    block_on(async {
        let (life, shoot) = created().await;
        let somebody = async {
            for priority in 900.. {
                life.hands()
                    .patch(&format!("global/firewalls/{RULE}"), json!({ "priority": priority }))
                    .await
                    .unwrap();
                while resource(&life.dump(), "firewalls", RULE).unwrap()["priority"] != 1000 {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        };
        let attempt = async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            life.calls();
            life.ask(&shoot, "reconcile").await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
            assert_eq!(life.mutations(), vec![format!("PATCH firewalls/{RULE}"); 4]);
        };
        tokio::select! {
            () = somebody => {}
            () = attempt => {}
        }
    });
}

#[test]
fn what_is_done_after_a_pause_is_decided_after_it() {
    block_on(async {
        let (life, shoot) = created().await;
        let rule = format!("global/firewalls/{RULE}");
        life.hands().patch(&rule, json!({ "priority": 900 })).await.unwrap();
        take_without_effect(&life, Method::PATCH, "firewalls");
        life.calls();
        life.ask(&shoot, "reconcile").await;
        let mends = async {
            while life.mutations().is_empty() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            // In the pause: the look that found it unchanged is over.
            tokio::time::sleep(Duration::from_secs(2)).await;
            life.hands().patch(&rule, json!({ "priority": 1000 })).await.unwrap();
        };
        let (next, ()) = tokio::join!(life.reconcile(&shoot), mends);
        assert_eq!(next, Requeue::OnChange);
        assert_eq!(life.mutations(), Vec::<String>::new(), "it was right by then");
    });
}

#[test]
fn something_that_is_made_and_never_seen_is_an_error_that_says_so() {
    block_on(async {
        let (life, shoot) = created().await;
        life.hands().delete(&format!("global/firewalls/{RULE}")).await.unwrap();
        take_without_effect(&life, Method::POST, "firewalls");
        life.calls();
        life.ask(&shoot, "reconcile").await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        for part in [RULE, "8 times without any effect"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(codes, Vec::<String>::new(), "it may be late, and is tried again");
        assert_eq!(life.mutations().len(), 8, "it ends");
        life.cloud.faults.end();
        life.settle(&shoot).await;
        assert!(resource(&life.dump(), "firewalls", RULE).is_some());
    });
}

/// What Google spells in its own way for good must not keep a shoot from becoming dual-stack.
#[test]
fn a_nat_that_cannot_be_put_right_does_not_hold_up_a_migration() {
    block_on(async {
        let (life, shoot) = created().await;
        let vms = add_vms(&life, &shoot).await;
        for vm in &vms {
            add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
        }
        let mut nats = resource(&life.dump(), "routers", ROUTER).unwrap()["nats"].clone();
        nats[0]["tcpTimeWaitTimeoutSec"] = json!(77);
        let path = format!("regions/europe-west1/routers/{ROUTER}");
        life.hands().patch(&path, json!({ "nats": nats })).await.unwrap();
        take_without_effect(&life, Method::PATCH, "routers");
        let both = json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } });
        life.edit_shoot(&shoot, &both).await;
        life.calls();
        life.ask(&shoot, "reconcile").await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
        let mutations = life.mutations();
        let patches = mutations.iter().filter(|call| call.contains("routers/")).count();
        assert_eq!(patches, 4, "the runs of one reconciliation share their memory: {mutations:#?}");
        assert_migrated(&life, &shoot, &vms);
    });
}
