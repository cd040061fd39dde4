//! A change of the configuration is carried out while the migration rests or is held, and with the way back.

use gardener_extension_infra_gcp::extension::Requeue;
use landscape::cloud::dump::differences;
use planner::documents::names::MIGRATION_ANNOTATION;
use serde_json::{Value, json};

use super::back::{says_at_the_first_alias, wants, with_routes};
use super::documents::{Shoot, resource};
use super::life::{Life, Setup};
use super::migrating::phase;
use crate::support::block_on;

const ROUTER: &str = "PATCH routers/shoot--p--a-cloud-router";
const BOTH: &[&str] = &["IPv4", "IPv6"];

/// Ports and number of addresses of the shoot's NAT.
fn nat(life: &Life) -> (Value, usize) {
    let dump = life.dump();
    let nat = &resource(&dump, "routers", "shoot--p--a-cloud-router").unwrap()["nats"][0];
    (nat["minPortsPerVm"].clone(), nat["natIps"].as_array().map_or(0, Vec::len))
}

/// Changes ports and addresses of the NAT, and asserts that this is carried out and nothing else, although the run ends with an error
/// that contains `rests`.
async fn assert_carried_out(life: &Life, shoot: &Shoot, rests: &str) {
    let (before, error) = (life.dump(), life.failure(shoot));
    assert!(error.0.contains(rests), "{rests}: {error:?}");
    for (change, wanted) in [
        (json!({ "cloudNAT": { "minPortsPerVM": 512 } }), (json!(512), 0)),
        (json!({ "cloudNAT": { "natIPNames": [{ "name": "egress-1" }] } }), (json!(512), 1)),
    ] {
        assert_ne!(nat(life), wanted, "{rests}");
        life.calls();
        life.configure(shoot, &change).await;
        assert_eq!(life.reconcile(shoot).await, Requeue::WithBackoff, "{rests}");
        assert_eq!(nat(life), wanted, "{rests}");
        assert_eq!(life.mutations(), [ROUTER], "{rests}");
        assert_eq!(life.failure(shoot), error, "{rests}");
    }
    assert_eq!(life.status(shoot)["networking"]["nodes"].as_array().map(Vec::len), Some(1), "{rests}");
    // An address says that it is in use, too.
    let is_of_nat = |line: &String| line.contains("shoot--p--a-cloud-router") || line.contains("egress-1");
    let changed = differences(&before, &life.dump());
    assert!(changed.iter().all(is_of_nat), "{rests}: {changed:#?}");
}

async fn say(life: &Life, shoot: &Shoot, word: &str) {
    life.edit(shoot, &json!({ "metadata": { "annotations": { MIGRATION_ANNOTATION: word } } })).await;
}

#[test]
fn while_it_rests_because_undo_is_said() {
    block_on(async {
        let (life, shoot) = with_routes(&Setup::default()).await;
        say(&life, &shoot, "undo").await;
        wants(&life, &shoot, BOTH).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        assert_carried_out(&life, &shoot, "was taken back").await;
    });
}

#[test]
fn while_it_rests_after_a_refusal_for_good() {
    block_on(async {
        let (life, shoot) = with_routes(&Setup::default()).await;
        let refuse =
            json!({ "refuse": { "status": 412, "reason": "conditionNotMet", "message": "not here" } });
        life.cloud
            .fault(&json!({ "method": "compute.subnetworks.patch", "count": null, "fault": refuse }))
            .await;
        wants(&life, &shoot, BOTH).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        assert_carried_out(&life, &shoot, "was refused for good at M2b").await;
    });
}

#[test]
fn while_it_is_held_with_an_alias() {
    block_on(async {
        let (life, shoot) = with_routes(&Setup::default()).await;
        says_at_the_first_alias(&life, &shoot, "hold");
        wants(&life, &shoot, BOTH).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        assert_eq!(*phase(&life.status(&shoot)), "preparing");
        assert!(life.dump()["instances"].to_string().contains("ipv4-pod-cidr"), "one has its alias");
        assert_carried_out(&life, &shoot, "is held").await;
    });
}

#[test]
fn in_the_pass_after_it_was_taken_back() {
    block_on(async {
        let (life, shoot) = with_routes(&Setup::default()).await;
        let before = life.dump();
        says_at_the_first_alias(&life, &shoot, "undo");
        wants(&life, &shoot, BOTH).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        let left = differences(&before, &life.dump());
        assert!(left.is_empty(), "{left:#?}");
        assert_carried_out(&life, &shoot, "was taken back").await;
    });
}

/// The owner goes back to IPv4 and changes the NAT in one, while aliases are set.
#[test]
fn with_the_way_back_in_one_reconciliation() {
    block_on(async {
        let (life, shoot) = with_routes(&Setup::default()).await;
        let before = life.dump();
        says_at_the_first_alias(&life, &shoot, "hold");
        wants(&life, &shoot, BOTH).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::WithBackoff);
        life.cloud.faults.end();
        life.configure(&shoot, &json!({ "cloudNAT": { "minPortsPerVM": 512 } })).await;
        wants(&life, &shoot, &["IPv4"]).await;
        assert_eq!(life.reconcile(&shoot).await, Requeue::OnChange, "{:#}", life.status(&shoot));
        assert_eq!(nat(&life), (json!(512), 0));
        let changed = differences(&before, &life.dump());
        assert!(changed.iter().all(|line| line.contains("shoot--p--a-cloud-router")), "{changed:#?}");
    });
}
