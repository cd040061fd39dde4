//! The end of the way back: what Google does not take back is told and left, once and for all; what is in use is tried again.

use fake_gcp::settings::Verdict;
use gardener_extension_infra_gcp::extension::Requeue;
use http::Method;
use landscape::cloud::dump::differences;
use serde_json::json;

use super::documents::{REGION, Shoot, regional, resource};
use super::life::{Life, PROJECT, Setup};
use super::migrating::{add_route, add_vms, go_dual_stack};
use crate::support::{CloudFate, Crash, block_on};
use planner::vocabulary::Milestone;

/// A shoot whose migration has got as far as M6, and whose owner wants IPv4 again.
async fn on_the_way_back(setup: Setup) -> (Life, Shoot) {
    let setup = Setup { crash: Crash::After(Milestone::Aliases), ..setup };
    let (life, shoot) = (Life::new(&setup).await, Shoot::usual());
    life.create(&shoot);
    life.settle(&shoot).await;
    for vm in add_vms(&life, &shoot).await {
        add_route(life.hands(), &shoot.name, &shoot.name, &vm).await;
    }
    assert!(go_dual_stack(&life, &shoot).await, "killed");
    life.restart();
    life.events();
    life.edit_shoot(&shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4"] } } })).await;
    life.ask(&shoot, "reconcile").await;
    (life, shoot)
}

/// Asserts that IPv4 is reported and nothing is pending, that a warning was told by `rule`, and that nothing is tried again by anyone.
async fn assert_left_with_a_warning(life: &Life, shoot: &Shoot, words: &str) {
    let status = life.status(shoot);
    assert_eq!(status["lastOperation"]["state"], "Succeeded", "{status:#}");
    assert_eq!(status["networking"]["nodes"].as_array().map(Vec::len), Some(1), "{status:#}");
    assert_eq!(status["state"]["data"].get("migration/phase"), None, "{status:#}");
    let told = life.events();
    assert!(told.iter().any(|event| event.text.contains(words)), "{words}: {told:#?}");
    for about in ["the same process", "another process"] {
        life.calls();
        life.ask(shoot, "reconcile").await;
        life.settle(shoot).await;
        assert_eq!(life.mutations(), Vec::<String>::new(), "{about}");
        life.restart();
    }
}

#[test]
fn a_subnet_that_google_does_not_take_back_is_told_left_and_not_tried_again_by_another_process() {
    block_on(async {
        let mut setup = Setup::default();
        setup.cloud.switches.back_to_ipv4_only = Verdict::Refuse;
        let (life, shoot) = on_the_way_back(setup).await;
        life.settle(&shoot).await;
        assert_left_with_a_warning(&life, &shoot, "cannot be put back as it was before dual-stack").await;
        let kept = life.status(&shoot)["state"]["data"]["migration/stays"].as_str().unwrap().to_owned();
        assert!(kept.contains("nodes") && kept.contains("internal"), "{kept}");

        // It goes forward all the same, and the record goes with that.
        life.edit_shoot(&shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } }))
            .await;
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        let status = life.status(&shoot);
        assert_eq!(status["networking"]["nodes"].as_array().map(Vec::len), Some(2), "{status:#}");
        assert_eq!(status["state"]["data"].get("migration/stays"), None);
    });
}

/// Refuses what changes the stack type of a subnet, as where a permission is missing.
fn refuse_stack_types(life: &Life) {
    life.cloud.faults.before(|request| {
        let stack = String::from_utf8_lossy(request.body()).contains("stackType");
        let patch = request.method() == Method::PATCH && stack;
        if patch { CloudFate::Refuse(403, "forbidden") } else { CloudFate::Pass }
    });
}

#[test]
fn what_was_refused_on_the_way_back_is_taken_away_by_hand_and_forgotten() {
    block_on(async {
        let (life, shoot) = on_the_way_back(Setup::default()).await;
        refuse_stack_types(&life);
        life.settle(&shoot).await;
        assert_left_with_a_warning(&life, &shoot, "set its stack type to IPV4_ONLY by hand").await;
        let data = life.status(&shoot)["state"]["data"].clone();
        assert!(data.get("migration/stays").is_some() && data.get("migration/step").is_none(), "{data}");

        life.cloud.faults.end();
        for purpose in ["nodes", "internal"] {
            let path = format!("regions/{REGION}/subnetworks/{}-{purpose}", shoot.name);
            let subnet = life.hands().get(&path).await.unwrap().unwrap();
            let body = json!({ "fingerprint": subnet["fingerprint"], "stackType": "IPV4_ONLY" });
            life.hands().patch(&path, body).await.unwrap();
        }
        life.events();
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(life.status(&shoot)["state"]["data"].get("migration/stays"), None);
        let told = life.events();
        assert!(told.iter().all(|event| !event.text.contains("cannot be put back")), "{told:#?}");
    });
}

#[test]
fn a_shoot_without_nodes_to_which_dual_stack_is_refused_hears_that_it_may_stay_with_ipv4_and_does() {
    for (step, of, words) in
        [("M11: ", "-nodes", "IPV4_IPV6"), ("subnet/services: ", "/subnetworks", "-services")]
    {
        block_on(async {
            let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
            life.create(&shoot);
            life.settle(&shoot).await;
            let before = life.dump();
            let ask_for = async |families: &[&str]| {
                let families = json!({ "spec": { "networking": { "ipFamilies": families } } });
                life.edit_shoot(&shoot, &families).await;
                life.ask(&shoot, "reconcile").await;
            };
            life.cloud.faults.before(move |request| {
                let says = String::from_utf8_lossy(request.body()).contains(words);
                let refused = says && request.uri().path().ends_with(of);
                if refused { CloudFate::Refuse(400, "invalid") } else { CloudFate::Pass }
            });
            ask_for(&["IPv4", "IPv6"]).await;
            assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
            let (text, codes) = life.failure(&shoot);
            assert!(text.contains(step) && text.contains("; or set ipFamilies to [IPv4]"), "{text}");
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{text}");

            ask_for(&["IPv4"]).await;
            life.settle(&shoot).await;
            assert_eq!(life.status(&shoot)["lastOperation"]["state"], "Succeeded");
            assert_eq!(differences(&before, &life.dump()), Vec::<String>::new());
        });
    }
}

#[test]
fn a_route_to_the_ipv6_internet_that_cannot_be_deleted_is_told_and_left() {
    block_on(async {
        let (life, shoot) = on_the_way_back(Setup::default()).await;
        life.cloud.faults.before(|request| {
            let route = request.method() == Method::DELETE && request.uri().path().contains("/routes/");
            if route { CloudFate::Refuse(403, "forbidden") } else { CloudFate::Pass }
        });
        life.settle(&shoot).await;
        assert_left_with_a_warning(&life, &shoot, "to the IPv6 internet cannot be deleted").await;
    });
}

/// A load balancer of the shoot's, in its services subnet.
async fn use_services_subnet(life: &Life, shoot: &Shoot) {
    let rule = json!({
        "name": "ingress", "loadBalancingScheme": "INTERNAL", "ports": ["80"],
        "network": format!("projects/{PROJECT}/global/networks/{}", shoot.name),
        "subnetwork": regional(&format!("subnetworks/{}-services", shoot.name)),
        "backendService": regional("backendServices/a"),
    });
    life.hands().insert(&format!("regions/{REGION}/forwardingRules"), rule).await.unwrap();
}

/// Nothing is recorded, so the error may end gardenlet's retries.
#[test]
fn a_services_subnet_in_use_that_is_left_over_is_an_error_with_the_code_for_that() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::dual_stack());
        life.cloud.faults.before(|request| {
            let router = request.method() == Method::POST && request.uri().path().ends_with("/routers");
            if router { CloudFate::Refuse(403, "forbidden") } else { CloudFate::Pass }
        });
        life.create(&shoot);
        let _ = life.reconcile(&shoot).await;
        life.cloud.faults.end();
        use_services_subnet(&life, &shoot).await;
        life.edit_shoot(&shoot, &json!({ "spec": { "networking": { "ipFamilies": ["IPv4"] } } })).await;
        life.ask(&shoot, "reconcile").await;
        let _ = life.reconcile(&shoot).await;
        let (text, codes) = life.failure(&shoot);
        assert!(text.contains("forwardingRules/ingress"), "{text}");
        assert_eq!(codes, ["ERR_INFRA_DEPENDENCIES"], "{text}");
        life.hands().delete(&format!("regions/{REGION}/forwardingRules/ingress")).await.unwrap();
        life.settle(&shoot).await;
        assert!(resource(&life.dump(), "subnetworks", "shoot--p--a-services").is_none());
    });
}

#[test]
fn a_services_subnet_in_use_is_an_error_that_names_who_uses_it_and_goes_once_that_is_gone() {
    block_on(async {
        let (life, shoot) = on_the_way_back(Setup::default()).await;
        use_services_subnet(&life, &shoot).await;
        let _ = life.reconcile(&shoot).await;
        let (text, codes) = life.failure(&shoot);
        assert!(text.contains("forwardingRules/ingress"), "{text}");
        assert!(codes.is_empty(), "none ends the retries while something is pending: {codes:?}");
        assert!(resource(&life.dump(), "subnetworks", "shoot--p--a-services").is_some());
        life.hands().delete(&format!("regions/{REGION}/forwardingRules/ingress")).await.unwrap();
        life.settle(&shoot).await;
        assert!(resource(&life.dump(), "subnetworks", "shoot--p--a-services").is_none());
        assert_eq!(life.status(&shoot)["state"]["data"].get("migration/phase"), None);
    });
}
