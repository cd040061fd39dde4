//! What nobody has proven about Google, read the other way: alone and in pairs, forward, and back from several steps.

use std::collections::BTreeSet;

use fake_gcp::settings::{PermissionCheck, Switches, Verdict};
use landscape::cloud::dump::differences;
use planner::vocabulary::Milestone;
use serde_json::{Value, json};

use super::documents::Shoot;
use super::life::{Life, Setup};
use super::migrating::{add_route, add_vms, assert_migrated, go_dual_stack};
use crate::support::{Crash, block_on};

/// A behaviour whose default in the fake is the lenient reading, and the other one.
type Reading = (&'static str, fn(&mut Switches));

const READINGS: [Reading; 5] = [
    ("flag on dual-stack", |switches| switches.flag_on_dual_stack = Verdict::Refuse),
    ("dual-stack on flagged", |switches| switches.dual_stack_on_flagged = Verdict::Refuse),
    ("back to IPV4_ONLY", |switches| switches.back_to_ipv4_only = Verdict::Refuse),
    ("back under dual-stack VMs", |switches| switches.back_under_dual_stack_vms = Verdict::Refuse),
    ("permission check", |switches| switches.permission_check = PermissionCheck::AfterExistence),
];

/// Each reading alone, and each pair.
fn sets() -> BTreeSet<BTreeSet<usize>> {
    let numbers = 0..READINGS.len();
    numbers.clone().flat_map(|one| numbers.clone().map(move |other| BTreeSet::from([one, other]))).collect()
}

/// From where it is taken back; none: it goes forward to the end.
const TURNS: [Option<Milestone>; 4] =
    [None, Some(Milestone::Journal), Some(Milestone::OverlapOn), Some(Milestone::Settle)];

/// Whether nothing but what Google does not take back differs: how subnets stand, and its route to the IPv6 internet.
fn is_as_before(before: &Value, after: &Value, stays: &Value) -> Result<(), String> {
    let kept: Vec<String> = differences(before, after)
        .into_iter()
        .map(|difference| format!("{difference:?}"))
        .filter(|text| !(text.contains("subnetwork") && stays.is_string()))
        .filter(|text| !text.contains("default-route"))
        .collect();
    if kept.is_empty() { Ok(()) } else { Err(kept.join("\n")) }
}

async fn assert_no_gap(life: &Life, about: &str) {
    life.time.sleep(std::time::Duration::from_secs(60)).await;
    let gaps = life.hands().ledger().await.unwrap().gaps;
    assert!(gaps.is_empty(), "{about}: {gaps:#?}");
}

async fn goes(life: &Life, shoot: &Shoot, families: &[&str]) {
    life.edit_shoot(shoot, &json!({ "spec": { "networking": { "ipFamilies": families } } })).await;
    life.ask(shoot, "reconcile").await;
    life.settle(shoot).await;
}

/// Goes through one set, and tells whether the end was reached by the first try.
fn check(set: &BTreeSet<usize>, turn: Option<Milestone>) {
    let names: Vec<&str> = set.iter().map(|number| READINGS[*number].0).collect();
    let about = format!("{names:?}, taken back after {turn:?}");
    block_on(async {
        let mut setup = Setup { crash: turn.map_or(Crash::Never, Crash::After), ..Setup::default() };
        for number in set {
            READINGS[*number].1(&mut setup.cloud.switches);
        }
        let (life, shoot) = (Life::new(&setup).await, Shoot::usual());
        life.create(&shoot);
        life.settle(&shoot).await;
        let vms = add_vms(&life, &shoot).await;
        for vm in &vms {
            add_route(life.hands(), &shoot.name, &shoot.name, vm).await;
            life.hands().watch(&vm.zone, &vm.name, &vm.pods).await.unwrap();
        }
        life.time.sleep(std::time::Duration::from_secs(60)).await;
        let before = life.dump();
        // Without IPV4_ONLY there is no way to put the flag on that Google does not take beside IPv6.
        let refused = ["flag on dual-stack", "back to IPV4_ONLY"].iter().all(|name| names.contains(name));
        if refused && turn.is_none_or(|turn| turn >= Milestone::OverlapOn) {
            assert!(!go_dual_stack(&life, &shoot).await);
            let (text, codes) = life.failure(&shoot);
            assert!(text.contains("refused for good at M3"), "{about}: {text}");
            assert_eq!(codes, ["ERR_CONFIGURATION_PROBLEM"], "{about}: {text}");
            goes(&life, &shoot, &["IPv4"]).await;
            let stays = &life.status(&shoot)["state"]["data"]["migration/stays"];
            is_as_before(&before, &life.dump(), stays).unwrap_or_else(|text| panic!("{about}: {text}"));
            return assert_no_gap(&life, &about).await;
        }
        let killed = go_dual_stack(&life, &shoot).await;
        if killed {
            life.restart();
            goes(&life, &shoot, &["IPv4"]).await;
            let status = life.status(&shoot);
            assert_eq!(
                status["networking"]["nodes"].as_array().map(Vec::len),
                Some(1),
                "{about}: {status:#}"
            );
            assert_eq!(status["state"]["data"].get("migration/phase"), None, "{about}");
            let stays = &status["state"]["data"]["migration/stays"];
            is_as_before(&before, &life.dump(), stays).unwrap_or_else(|text| panic!("{about}: {text}"));
            life.calls();
            goes(&life, &shoot, &["IPv4"]).await;
            assert_eq!(life.mutations(), Vec::<String>::new(), "{about}: converged");
            if refused {
                return assert_no_gap(&life, &about).await;
            }
            goes(&life, &shoot, &["IPv4", "IPv6"]).await;
        } else {
            life.settle(&shoot).await;
        }
        assert_migrated(&life, &shoot, &vms);
        life.calls();
        goes(&life, &shoot, &["IPv4", "IPv6"]).await;
        assert_eq!(life.mutations(), Vec::<String>::new(), "{about}: converged in the end");
        assert_no_gap(&life, &about).await;
    });
}

#[test]
fn each_reading_and_each_pair_ends_as_the_protocol_says() {
    for set in sets() {
        // A pair is taken back from where most is there.
        let turns = TURNS
            .into_iter()
            .filter(|turn| set.len() == 1 || turn.is_none_or(|turn| turn == Milestone::Settle));
        turns.for_each(|turn| check(&set, turn));
    }
}
