//! Events, by which people are told what was put right and what a deletion by force leaves behind.

use serde_json::json;

use crate::case::Case;
use crate::environment::{Environment, within};
use crate::expected::{Part, changes, read};
use crate::shoot::Shoot;

/// A shoot that stands in a VPC of its own.
async fn stands(environment: &Environment, namespace: &str) -> (Shoot, Case) {
    let shoot = Shoot::new(environment, namespace);
    let case: Case = read("it-1-own-vpc", &shoot);
    let credential = environment.setting.credential(&shoot.world).await.unwrap();
    shoot.prepare(&case.shoot, &credential).await;
    shoot.create(&case.config).await;
    shoot.ready().await;
    (shoot, case)
}

#[test]
fn what_somebody_changed_or_deleted_is_put_right_and_the_event_says_which_field() {
    within(async |environment| {
        let (shoot, case) = stands(environment, "gcp-infrastructure-it--drift").await;
        let (cloud, cluster) = (&shoot.world.cloud, shoot.cluster());
        let before = shoot.events().await;

        cloud.delete(&format!("global/firewalls/{cluster}-allow-health-checks")).await.unwrap();
        let rule = format!("global/firewalls/{cluster}-allow-internal-access");
        cloud.patch(&rule, json!({"priority": 900})).await.unwrap();
        let router = format!("regions/europe-west1/routers/{cluster}-cloud-router");
        let mut nats = cloud.get(&router).await.unwrap().unwrap()["nats"].clone();
        nats[0]["minPortsPerVm"] = json!(64);
        cloud.patch(&router, json!({"nats": nats})).await.unwrap();

        let status = shoot.reconcile(None).await["status"].clone();
        let held = cloud.resources().await.unwrap();
        let parts = case.expected.iter().map(|part| read::<Part>(&format!("expected/{part}"), &shoot));
        let wrong: Vec<String> = parts.flat_map(|part| part.differences(&held, &status)).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));

        let mut told = shoot.events().await;
        told.retain(|event| !before.contains(event));
        // The rule was made for the same reason before.
        let expected: [(&str, &[&str], i32); 3] = [
            ("Changed", &["-allow-internal-access:", "priority: 900 → 1000"], 1),
            ("Changed", &["-cloud-nat:", "minPortsPerVm: 64 → 2048"], 1),
            ("Created", &["-allow-health-checks:", "it does not exist"], 2),
        ];
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for ((reason, text, times), (wanted, words, often)) in told.iter().zip(expected) {
            assert_eq!((reason.as_str(), *times), (wanted, often), "{text}");
            assert!(words.iter().all(|word| text.contains(word)), "{text} without one of {words:?}");
        }

        // Once more the same: said again, and not beside it.
        cloud.patch(&rule, json!({"priority": 900})).await.unwrap();
        shoot.reconcile(None).await;
        told[0].2 = 2;
        let mut again = shoot.events().await;
        again.retain(|event| !before.contains(event));
        assert_eq!(again, told);
    });
}

#[test]
fn a_deletion_by_force_touches_nothing_and_the_event_lists_what_is_left() {
    within(async |environment| {
        let (shoot, _) = stands(environment, "gcp-infrastructure-it--force").await;
        let cluster = shoot.cluster();
        let before = shoot.world.cloud.resources().await.unwrap();
        let annotations = json!({"confirmation.gardener.cloud/force-deletion": "true"});
        shoot.change_cluster(&json!({"spec": {"shoot": {"metadata": {"annotations": annotations}}}})).await;
        let mark = shoot.mark().await;
        shoot.delete().await;
        assert_eq!(shoot.calls(mark).await, (0, 0), "it must be possible without the cloud");
        assert_eq!(changes(&before, &shoot.world.cloud.resources().await.unwrap()), [""; 0]);
        let told = shoot.events().await;
        let left: Vec<&str> = told
            .iter()
            .filter(|(reason, ..)| reason == "LeftBehind")
            .map(|(_, text, _)| text.as_str())
            .collect();
        let [left] = left.as_slice() else { panic!("{told:#?}") };
        for thing in [
            format!("VPC {cluster};"),
            format!("subnet europe-west1/{cluster}-nodes;"),
            format!("subnet europe-west1/{cluster}-internal;"),
            format!("subnet europe-west1/{cluster}-services;"),
            format!("router europe-west1/{cluster}-cloud-router;"),
            format!("firewall rules {cluster}-allow-…"),
            format!("routes to VMs with tag {cluster}"),
        ] {
            assert!(left.contains(&thing), "{thing} in {left}");
        }
    });
}
