//! Internal passthrough load balancers of the VPC are counted before a migration begins, and not read where nothing migrates.

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::documents::{REGION, Shoot, regional};
use super::life::{Life, Setup};
use super::migrating::{add_route, add_vms, assert_migrated};
use crate::support::block_on;

const MIGRATION: &str = "gcp.provider.extensions.gardener.cloud/dual-stack-migration";
const VPC: &str = "projects/my-project/global/networks/shoot--p--a";

/// A shoot that is asked to be dual-stack from now on, with `rules` such rules in its VPC.
async fn asked(life: &Life, shoot: &Shoot, rules: usize) -> Vec<super::migrating::Vm> {
    life.create(shoot);
    life.settle(shoot).await;
    let vms = add_vms(life, shoot).await;
    for vm in &vms {
        add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
    }
    for number in 0..rules {
        let rule = json!({
            "name": format!("a{number}"), "loadBalancingScheme": "INTERNAL", "ports": ["80"], "network": VPC,
            "subnetwork": regional("subnetworks/shoot--p--a-internal"), "backendService": regional("backendServices/a"),
        });
        life.hands().insert(&format!("regions/{REGION}/forwardingRules"), rule).await.unwrap();
    }
    life.calls();
    let both = json!({ "spec": { "networking": { "ipFamilies": ["IPv4", "IPv6"] } } });
    life.edit_shoot(shoot, &both).await;
    life.ask(shoot, "reconcile").await;
    vms
}

/// How often the rules were listed since somebody asked.
fn listed(life: &Life) -> usize {
    life.calls().iter().filter(|call| call.label == "GET forwardingRules").count()
}

#[test]
fn more_rules_than_published_are_refused_before_anything_is_changed() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = asked(&life, &shoot, 26).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let (text, codes) = life.failure(&shoot);
        assert!(text.contains("26 rules of internal passthrough load balancers (limit 25)"), "{text}");
        assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"]);
        assert_eq!(life.mutations(), [""; 0]);

        // Who says that they may be exceeded goes on; the word is kept as long as it is there.
        let word = |word: Value| json!({ "metadata": { "annotations": { MIGRATION: word } } });
        life.edit(&shoot, &word(json!("allow-beyond-hybrid-limits"))).await;
        life.settle(&shoot).await;
        life.edit(&shoot, &word(Value::Null)).await;
        life.settle(&shoot).await;
        assert_migrated(&life, &shoot, &vms);
    });
}

#[test]
fn as_many_rules_as_published_are_counted_until_it_begins_and_not_after_that() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let vms = asked(&life, &shoot, 25).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
        assert_migrated(&life, &shoot, &vms);
        let times = listed(&life);
        assert!((1..=3).contains(&times), "{times}");
        life.carry_over(&shoot).await;
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(listed(&life), 0, "nothing migrates any more");
    });
}

#[test]
fn who_may_not_list_them_is_told_and_migrates() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let refused = json!({ "refuse": { "status": 403, "reason": "forbidden", "message": "no" } });
        let rule =
            json!({ "method": "compute.forwardingRules.aggregatedList", "count": null, "fault": refused });
        life.cloud.fault(&rule).await;
        let vms = asked(&life, &shoot, 0).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange);
        assert_migrated(&life, &shoot, &vms);
        let told = life
            .events()
            .into_iter()
            .filter(|event| event.text.contains("compute.forwardingRules.list"))
            .count();
        assert_eq!(told, 1);
    });
}

/// Another shoot's routes are not migrated: a region that does not answer holds up nobody who has nothing to migrate.
#[test]
fn routes_of_others_are_no_reason_to_count_them() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::dual_stack());
        life.create(&shoot);
        life.settle(&shoot).await;
        let vms = add_vms(&life, &shoot).await;
        let theirs = json!({
            "name": "theirs", "network": VPC, "destRange": "192.168.7.0/24", "priority": 1000,
            "nextHopInstance": format!("projects/my-project/zones/{}/instances/{}", vms[0].zone, vms[0].name),
        });
        life.hands().insert("global/routes", theirs).await.unwrap();
        life.calls();
        life.ask(&shoot, "reconcile").await;
        life.settle(&shoot).await;
        assert_eq!(listed(&life), 0);
    });
}

/// What is under way must be seen while a migration goes on, so it is not begun where that is forbidden.
#[test]
fn who_may_not_see_what_is_under_way_begins_no_migration_and_can_still_delete() {
    block_on(async {
        let (life, shoot) = (Life::new(&Setup::default()).await, Shoot::usual());
        let refused = json!({ "refuse": { "status": 403, "reason": "forbidden", "message": "no" } });
        let rule =
            json!({ "method": "compute.globalOperations.aggregatedList", "count": null, "fault": refused });
        life.cloud.fault(&rule).await;
        let vms = asked(&life, &shoot, 0).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        assert_eq!(life.failure(&shoot).1, ["ERR_INFRA_UNAUTHORIZED"]);
        assert_eq!(life.status(&shoot)["state"]["data"]["migration/phase"], serde_json::Value::Null);
        let is_of_migration = |label: &String| label.contains("-nodes") || label.contains("instances");
        let mutations = life.mutations();
        assert!(!mutations.iter().any(is_of_migration), "{mutations:?}");
        for vm in &vms {
            life.hands().delete(&format!("zones/{}/instances/{}", vm.zone, vm.name)).await.unwrap();
        }
        life.delete(&shoot).await;
        life.settle(&shoot).await;
        assert_eq!(life.object(&shoot), None);
    });
}
