//! What is asked for, and what is written in which order: finalizer, annotation, status.

use std::sync::Arc;
use std::time::Duration;

use gardener_extension_infra_gcp::environment::SystemRng;
use gardener_extension_infra_gcp::extension::{ApiEndpoints, GoogleAccess, Requeue};
use gardener_extension_infra_gcp::gcp::Policy;
use gardener_extension_infra_gcp::gcp::credentials::Endpoints;
use kube::api::{ApiResource, GroupVersionKind};
use planner::vocabulary::Milestone;
use serde_json::json;

use super::documents::{Shoot, assert_same};
use super::life::{Life, Setup};
use super::migrating;
use crate::support::{CloudFate, block_on};

/// Asserts that a reconciliation does nothing at all.
async fn assert_nothing(life: &Life, shoot: &Shoot, writes: &[&str]) {
    let mark = life.mark();
    life.calls();
    assert_eq!(life.reconcile(shoot).await, Requeue::OnChange);
    assert_eq!(life.writes(mark), writes);
    assert_eq!(life.calls(), []);
}

#[test]
fn the_finalizer_comes_first_the_annotation_goes_before_the_work_and_the_marker_before_the_first_insert() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        let mark = life.mark();
        life.settle(&shoot).await;
        assert_eq!(
            life.writes(mark),
            ["finalizer", "Processing", "no annotation", "state", "Succeeded"],
            "the state of a plain shoot is written once: its marker"
        );
        let mark = life.mark();
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(life.writes(mark), ["Processing", "no annotation", "Succeeded"]);
        assert_eq!(life.status(&shoot)["lastOperation"]["type"], "Reconcile");
        let mark = life.mark();
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_eq!(life.writes(mark), ["Processing", "Succeeded", "no finalizer"]);
    });
}

#[test]
fn a_deletion_without_our_finalizer_is_none_of_ours() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        life.edit(&shoot, &json!({ "metadata": { "finalizers": ["somebody/else"] } })).await;
        life.delete(&shoot).await;
        assert_nothing(&life, &shoot, &[]).await;
    });
}

#[test]
fn nothing_is_done_while_the_state_is_awaited() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        life.ask(&shoot, "wait-for-state").await;
        assert_nothing(&life, &shoot, &[]).await;
        life.delete(&shoot).await;
        assert_nothing(&life, &shoot, &[]).await;
        let object = life.object(&shoot).unwrap();
        assert_eq!(object["metadata"]["annotations"]["gardener.cloud/operation"], "wait-for-state");
    });
}

#[test]
fn nothing_is_done_for_a_shoot_that_failed_whatever_is_asked() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        let failed = json!({
            "type": "Reconcile", "state": "Failed", "progress": 50, "description": "",
            "lastUpdateTime": "2026-09-01T10:00:00Z",
        });
        life.edit_shoot(&shoot, &json!({ "status": { "lastOperation": failed } })).await;
        for operation in ["reconcile", "migrate", "restore"] {
            life.ask(&shoot, operation).await;
            assert_nothing(&life, &shoot, &[]).await;
        }
        life.edit(&shoot, &json!({ "metadata": { "annotations": null } })).await;
        life.delete(&shoot).await;
        assert_nothing(&life, &shoot, &[]).await;
    });
}

#[test]
fn what_was_never_created_is_deleted_with_broken_credentials_or_none_and_without_a_call() {
    // `{}`, and no JSON at all.
    for secret in [Some("e30="), Some("bm9uZQ=="), None] {
        block_on(async {
            let mut life = Life::new(&Setup::default()).await;
            let (apis, tokens) = (ApiEndpoints::default(), Endpoints::default());
            let access = GoogleAccess::new(
                Arc::new(life.cloud.clone()),
                apis,
                tokens,
                Policy::default(),
                Arc::new(SystemRng),
            );
            life.reach_by(Arc::new(access));
            let shoot = Shoot::usual();
            life.create(&shoot);
            life.set_secret(&shoot, secret).await;
            let began = life.time.elapsed();
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            assert!(life.time.elapsed() - began < Duration::from_secs(30));
            let (text, _) = life.failure(&shoot);
            assert!(text.contains("cloudprovider"), "{text}");
            life.delete(&shoot).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
            assert_eq!(life.object(&shoot), None);
            assert_eq!(life.calls(), []);
        });
    }
}

#[test]
fn a_forced_deletion_makes_no_call_and_names_what_it_leaves_behind() {
    for wish in ["true", "1", "t"] {
        block_on(async {
            let life = Life::new(&Setup { service_accounts: true, ..Setup::default() }).await;
            let shoot = Shoot::in_user_vpc();
            life.create(&shoot);
            life.settle(&shoot).await;
            let before = life.dump();
            let forced = json!({ "confirmation.gardener.cloud/force-deletion": wish });
            life.edit_shoot(&shoot, &json!({ "metadata": { "annotations": forced } })).await;
            life.delete(&shoot).await;
            life.events();
            assert_nothing(&life, &shoot, &["Processing", "Succeeded", "no finalizer"]).await;
            assert_eq!(life.object(&shoot), None);
            assert_same(&life.dump(), &before, "the cloud");
            let events = life.events();
            let [event] = events.as_slice() else { panic!("{events:?}") };
            assert!(event.warning && event.reason == "LeftBehind", "{event:?}");
            for left in [
                "subnet europe-west1/shoot--p--a-nodes",
                "NAT shoot--p--a-cloud-nat of router europe-west1/corp-router",
                "firewall rules shoot--p--a-allow-",
                "VPC corp-vpc",
                "service account shoot--p--a@my-project.iam.gserviceaccount.com",
            ] {
                assert!(event.text.contains(left), "{left}: {}", event.text);
            }
            let users = |thing: &str| thing.starts_with("VPC") || thing.starts_with("router");
            assert!(!event.text.split("; ").any(users), "the user's: {}", event.text);
        });
    }
}

#[test]
fn a_wish_that_is_not_true_forces_nothing() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        let before = life.dump();
        life.create(&shoot);
        life.settle(&shoot).await;
        let forced = json!({ "confirmation.gardener.cloud/force-deletion": "false" });
        life.edit_shoot(&shoot, &json!({ "metadata": { "annotations": forced } })).await;
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_same(&life.dump(), &before, "the cloud");
    });
}

#[test]
fn an_error_stands_in_the_status_until_a_success_takes_it_away() {
    block_on(async {
        let life = Life::new(&Setup::default()).await;
        let shoot = Shoot::usual();
        life.create(&shoot);
        life.settle(&shoot).await;
        life.configure(&shoot, &json!({ "workers": "10.250.0.1/16" })).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert!(
            text.starts_with("Error reconciling infrastructure: spec.providerConfig.networks.workers"),
            "{text}"
        );
        assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
        let object = life.object(&shoot).unwrap();
        let status = &object["status"];
        assert_eq!(status["observedGeneration"], object["metadata"]["generation"]);
        assert_eq!(status["lastOperation"]["progress"], 50);
        assert_eq!(status["lastOperation"]["type"], "Reconcile");

        life.configure(&shoot, &json!({ "workers": "10.250.0.0/16" })).await;
        life.settle(&shoot).await;
        let object = life.object(&shoot).unwrap();
        let status = &object["status"];
        assert_eq!(status.get("lastError"), None);
        assert_eq!(status["observedGeneration"], object["metadata"]["generation"]);
        assert_eq!(status["lastOperation"]["progress"], 100);
        assert_eq!(status["lastOperation"]["state"], "Succeeded");
    });
}

/// gardenlet waits for a success that is not older than its own request, by its own clock.
#[test]
fn a_success_is_not_dated_before_the_request_of_a_gardenlet_whose_clock_is_ahead() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        life.create(&shoot);
        life.settle(&shoot).await;
        let dated = async |ahead: i64| {
            let asked = life.time.now() + jiff::SignedDuration::from_secs(ahead);
            let annotations = json!({ "gardener.cloud/timestamp": asked.to_string() });
            life.edit(&shoot, &json!({ "metadata": { "annotations": annotations } })).await;
            life.ask(&shoot, "reconcile").await;
            life.settle(&shoot).await;
            let last = &life.status(&shoot)["lastOperation"]["lastUpdateTime"];
            (asked, last.as_str().unwrap().parse::<jiff::Timestamp>().unwrap())
        };
        let (asked, last) = dated(30).await;
        assert!(last >= asked, "{last} is before {asked}");
        // What is far off is a mistake and not a clock.
        let (asked, last) = dated(86_400).await;
        assert!(last < asked, "{last}");
    });
}

/// A migration that is called off is not one that is over.
#[test]
fn steps_that_were_not_taken_are_not_said_to_be_done() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
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
        migrating::begin(&life, &shoot).await;
        let told = life.milestones();
        assert!(told.contains(&Milestone::SecondaryRange), "it was under way: {told:?}");
        let (forward, back): (Vec<Milestone>, Vec<Milestone>) =
            told.iter().partition(|step| **step < Milestone::Release);
        assert!(forward.iter().all(|step| *step < Milestone::Settle), "{told:?}: {:#}", life.status(&shoot));
        assert_eq!(back, Milestone::BACK, "{:#}", life.status(&shoot));
    });
}
