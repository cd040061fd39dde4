//! A quota of aliases that has no room for all of them: what is aliased stays, the error says the way out, and IPv4 leads back.

use gardener_extension_infra_gcp::extension::Requeue;
use serde_json::{Value, json};

use super::back::{assert_as_before, wants, with_routes};
use super::documents::{Shoot, resource};
use super::life::{Life, Setup};
use super::migrating::{self, phase};
use crate::support::{CloudCall, CloudFate, block_on};

/// Google's text.
const USED_UP: &str = "Quota 'ALIAS_IP_RANGES' exceeded. Limit: 1.0 globally.";

/// From now on one VM may bear an alias, and no other.
fn limit_to_one(life: &Life) {
    let mut bearer: Option<String> = None;
    life.cloud.faults.before(move |request| {
        let call = CloudCall::of(request);
        let Some(vm) = call.label.strip_suffix("/updateNetworkInterface") else { return CloudFate::Pass };
        if call.body["aliasIpRanges"].as_array().is_none_or(Vec::is_empty) {
            return CloudFate::Pass;
        }
        match bearer.get_or_insert_with(|| vm.to_owned()).as_str() == vm {
            true => CloudFate::Pass,
            false => CloudFate::RefuseSaying(403, "quotaExceeded", USED_UP),
        }
    });
}

/// The VMs that bear an alias.
fn bearers(life: &Life) -> Vec<String> {
    let dump = life.dump();
    let vms = dump["instances"].as_array().unwrap().iter();
    let bears = |vm: &&Value| {
        vm["networkInterfaces"][0]["aliasIpRanges"].as_array().is_some_and(|aliases| !aliases.is_empty())
    };
    vms.filter(bears).map(|vm| vm["name"].as_str().unwrap().to_owned()).collect()
}

/// One reconciliation that meets the quota.
async fn assert_refused(life: &Life, shoot: &Shoot) {
    assert_eq!(life.reconcile(shoot).await, Requeue::WithBackoff);
    let (text, codes) = life.failure(shoot);
    for part in ["M5/", USED_UP, "say undo on the Infrastructure", "set ipFamilies to [IPv4]"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(codes, [""; 0], "gardenlet goes on, and so does the migration once there is room: {text}");
    assert_eq!(*phase(&life.status(shoot)), "preparing", "it is neither recorded nor taken back by itself");
}

#[test]
fn a_quota_of_aliases_leaves_what_is_aliased_and_says_the_way_out() {
    block_on(async {
        let (life, shoot) = with_routes(&Setup::default()).await;
        let before = life.dump();
        limit_to_one(&life);
        wants(&life, &shoot, &["IPv4", "IPv6"]).await;
        assert_refused(&life, &shoot).await;
        let first = bearers(&life);
        assert_eq!(first.len(), 1, "{first:?}");
        life.restart();
        assert_refused(&life, &shoot).await;
        assert_eq!(bearers(&life), first);
        let routes = life.dump()["routes"].to_string();
        for pods in ["100.96.0.0/24", "100.96.1.0/24"] {
            assert!(routes.contains(pods), "{pods}: {routes}");
        }
        wants(&life, &shoot, &["IPv4"]).await;
        life.settle(&shoot).await;
        assert_as_before(&life, &shoot, &before, "IPv4 again");
    });
}

#[test]
fn a_quota_of_aliases_that_is_raised_lets_the_migration_go_on() {
    block_on(async {
        let (life, shoot, vms) = migrating::with_routed_vms(&Setup::default()).await;
        limit_to_one(&life);
        wants(&life, &shoot, &["IPv4", "IPv6"]).await;
        assert_refused(&life, &shoot).await;
        life.cloud.faults.end();
        life.settle(&shoot).await;
        migrating::assert_migrated(&life, &shoot, &vms);
        let nodes = life.dump();
        let nodes = resource(&nodes, "subnetworks", "shoot--p--a-nodes").unwrap();
        assert_eq!(nodes.get("allowSubnetCidrRoutesOverlap").filter(|flag| **flag == json!(true)), None);
    });
}
