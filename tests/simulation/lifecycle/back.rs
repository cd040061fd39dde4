//! The way back: from each step before the point of no return to how everything was, and what a creation that failed leaves over.

use fake_gcp::settings::Fate;
use kube::api::{ApiResource, GroupVersionKind};
use landscape::cloud::dump::differences;
use planner::documents::names::MIGRATION_ANNOTATION;
use planner::vocabulary::Milestone;
use serde_json::{Value, json};

use super::documents::{Shoot, resource};
use super::life::{Life, Setup};
use super::migrating;
use crate::support::{CloudFate, Crash, block_on};

pub(super) async fn wants(life: &Life, shoot: &Shoot, families: &[&str]) {
    life.edit_shoot(shoot, &json!({ "spec": { "networking": { "ipFamilies": families } } })).await;
    life.ask(shoot, "reconcile").await;
}

/// A shoot with IPv4 whose nodes have routes.
pub(super) async fn with_routes(setup: &Setup) -> (Life, Shoot) {
    let (life, shoot, _) = migrating::with_routed_vms(setup).await;
    (life, shoot)
}

/// Asserts that the shoot is as it was `before`, and says so.
pub(super) fn assert_as_before(life: &Life, shoot: &Shoot, before: &Value, about: &str) {
    let status = life.status(shoot);
    assert_eq!(status["lastOperation"]["state"], "Succeeded", "{about}: {status:#}");
    assert_eq!(status["networking"]["nodes"].as_array().map(Vec::len), Some(1), "{about}: {status:#}");
    assert_eq!(status["providerStatus"]["networks"]["ipfamilies"], json!(["IPv4"]), "{about}");
    let data = &status["state"]["data"];
    assert_eq!(*data, json!({ "project": "my-project", "resources_exist": "true" }), "{about}");
    assert_same(&life.dump(), before, about);
}

pub(super) fn assert_same(after: &Value, before: &Value, about: &str) {
    let differences = differences(before, after);
    assert!(differences.is_empty(), "{about}: {differences:#?}");
}

#[test]
fn a_migration_is_taken_back_from_each_step_before_the_point_of_no_return() {
    for step in Milestone::FORWARD.into_iter().filter(|step| *step < Milestone::DeleteRoutes) {
        block_on(async {
            let mut setup = Setup { crash: Crash::After(step), ..Setup::default() };
            setup.cloud.switches.last_ipv6_route =
                if step < Milestone::Settle { Fate::Keep } else { Fate::Drop };
            let (life, shoot) = with_routes(&setup).await;
            let before = life.dump();
            if !migrating::go_dual_stack(&life, &shoot).await {
                return;
            }
            life.restart();
            wants(&life, &shoot, &["IPv4"]).await;
            life.settle(&shoot).await;
            assert_as_before(&life, &shoot, &before, &format!("after {step}"));
            life.calls();
            life.ask(&shoot, "reconcile").await;
            life.settle(&shoot).await;
            assert_eq!(life.mutations(), Vec::<String>::new(), "converged after {step}");
        });
    }
}

/// The user goes back as soon as the first VM has been told to take its alias.
async fn goes_back_at_the_first_alias(life: &Life, shoot: &Shoot) {
    let clusters = ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk("extensions.gardener.cloud", "v1alpha1", "Cluster"),
        "clusters",
    );
    let (seed, name) = (life.seed.clone(), shoot.name.clone());
    life.cloud.faults.before(move |request| {
        if request.uri().path().ends_with("/updateNetworkInterface") {
            let mut cluster = seed.get(&clusters, "", &name).unwrap();
            cluster["spec"]["shoot"]["spec"]["networking"]["ipFamilies"] = json!(["IPv4"]);
            seed.put(&cluster).unwrap();
        }
        CloudFate::Pass
    });
    wants(life, shoot, &["IPv4", "IPv6"]).await;
}

/// Kills at the first, second, … call of a kind until there is none left to kill at.
fn killed_on_both_ways(at_least: u32, crash: impl Fn(u32) -> Crash) {
    let mut number = 1;
    loop {
        let killed = block_on(async {
            let (life, shoot) = with_routes(&Setup { crash: crash(number), ..Setup::default() }).await;
            let before = life.dump();
            goes_back_at_the_first_alias(&life, &shoot).await;
            life.settle(&shoot).await;
            assert_as_before(&life, &shoot, &before, &format!("killed at {number}"));
            life.was_killed()
        });
        if !killed {
            break;
        }
        number += 1;
    }
    assert!(number > at_least, "killed {} times only", number - 1);
}

#[test]
fn both_ways_go_on_after_a_kill_before_any_change_arrives() {
    killed_on_both_ways(15, |number| Crash::AtMutation { number, arrives: false });
}

#[test]
fn both_ways_go_on_after_a_kill_before_any_answer_arrives() {
    killed_on_both_ways(15, |number| Crash::AtMutation { number, arrives: true });
}

#[test]
fn both_ways_go_on_after_a_kill_at_any_write_of_the_state() {
    killed_on_both_ways(8, |number| Crash::AtStateWrite { number, arrives: false });
    killed_on_both_ways(8, |number| Crash::AtStateWrite { number, arrives: true });
}

/// The operator says `word` as soon as the first VM has been told to take its alias.
pub(super) fn says_at_the_first_alias(life: &Life, shoot: &Shoot, word: &'static str) {
    let (seed, name) = (life.seed.clone(), shoot.name.clone());
    let mut said = false;
    life.cloud.faults.before(move |request| {
        if request.uri().path().ends_with("/updateNetworkInterface") && !said {
            said = true;
            let mut object = seed.get(&landscape::crds::infrastructure(), &name, &name).unwrap();
            object["metadata"]["annotations"][MIGRATION_ANNOTATION] = json!(word);
            seed.put(&object).unwrap();
        }
        CloudFate::Pass
    });
}

/// Kills at the first, second, … call of a kind, until there is none left to kill at, in a migration that is held, and goes on once it is
/// not held any more.
fn killed_and_held(at_least: u32, crash: impl Fn(u32) -> Crash) {
    let mut number = 1;
    loop {
        let killed = block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            life.create(&shoot);
            life.settle(&shoot).await;
            let vms = migrating::add_vms(&life, &shoot).await;
            for vm in &vms {
                migrating::add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
            }
            says_at_the_first_alias(&life, &shoot, "hold");
            life.kill(crash(number));
            wants(&life, &shoot, &["IPv4", "IPv6"]).await;
            let _ = life.reconcile(&shoot).await;
            let _ = life.reconcile(&shoot).await;
            let (text, codes) = life.failure(&shoot);
            assert!(text.contains("hold") && codes.is_empty(), "killed at {number}: {text}");
            life.calls();
            let _ = life.reconcile(&shoot).await;
            assert_eq!(life.mutations(), Vec::<String>::new(), "killed at {number}: it rests");
            life.edit(&shoot, &json!({ "metadata": { "annotations": { MIGRATION_ANNOTATION: null } } }))
                .await;
            life.ask(&shoot, "reconcile").await;
            life.settle(&shoot).await;
            migrating::assert_migrated(&life, &shoot, &vms);
            life.was_killed()
        });
        if !killed {
            break;
        }
        number += 1;
    }
    assert!(number > at_least, "killed {} times only", number - 1);
}

#[test]
fn a_hold_outlives_a_kill_at_any_change_and_at_any_write_of_the_state() {
    for arrives in [false, true] {
        killed_and_held(8, |number| Crash::AtMutation { number, arrives });
        killed_and_held(5, |number| Crash::AtStateWrite { number, arrives });
    }
}

#[test]
fn what_a_creation_that_failed_half_way_leaves_over_goes_when_ipv4_is_wanted() {
    // Each of the changes of subnets fails in turn.
    for failing in 0..3 {
        block_on(async {
            let plain = {
                let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
                life.create(&shoot);
                life.settle(&shoot).await;
                life.dump()
            };
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::dual_stack());
            let mut seen = 0;
            life.cloud.faults.before(move |request| {
                let of_subnets =
                    request.uri().path().contains("/subnetworks") && request.method() != http::Method::GET;
                if of_subnets {
                    seen += 1;
                }
                if of_subnets && seen > failing {
                    CloudFate::Refuse(403, "forbidden")
                } else {
                    CloudFate::Pass
                }
            });
            life.create(&shoot);
            let _ = life.reconcile(&shoot).await;
            assert_ne!(life.status(&shoot)["lastOperation"]["state"], "Succeeded");
            life.cloud.faults.end();
            wants(&life, &shoot, &["IPv4"]).await;
            life.settle(&shoot).await;
            assert_as_before(&life, &shoot, &plain, &format!("after {failing} changes"));
        });
    }
}

#[test]
fn what_a_policy_refuses_first_is_taken_back_told_with_its_code_and_not_tried_again() {
    block_on(async {
        let (life, shoot) = with_routes(&Setup::default()).await;
        let before = life.dump();
        life.cloud.faults.before(|request| {
            let ipv6 = String::from_utf8_lossy(request.body()).contains("IPV4_IPV6");
            if ipv6 && request.method() == http::Method::PATCH {
                CloudFate::RefuseSaying(
                    412,
                    "conditionNotMet",
                    "Constraint constraints/compute.disableVpcExternalIpv6 violated",
                )
            } else {
                CloudFate::Pass
            }
        });
        wants(&life, &shoot, &["IPv4", "IPv6"]).await;
        let _ = life.reconcile(&shoot).await;
        let (text, codes) = life.failure(&shoot);
        assert!(
            text.contains("refused for good at M2b") && text.contains("disableVpcExternalIpv6"),
            "{text}"
        );
        assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{text}");
        assert_same(&life.dump(), &before, "taken back");
        life.cloud.faults.end();
        life.calls();
        life.ask(&shoot, "reconcile").await;
        let _ = life.reconcile(&shoot).await;
        assert_eq!(life.mutations(), Vec::<String>::new(), "it does not begin again by itself");
        wants(&life, &shoot, &["IPv4"]).await;
        life.settle(&shoot).await;
        assert_as_before(&life, &shoot, &before, "IPv4 again");
        wants(&life, &shoot, &["IPv4", "IPv6"]).await;
        life.settle(&shoot).await;
        assert_eq!(life.status(&shoot)["networking"]["nodes"].as_array().unwrap().len(), 2);
        assert_eq!(resource(&life.dump(), "routes", "k8s"), None);
    });
}
