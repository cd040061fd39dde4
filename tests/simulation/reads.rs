//! What the controller reads of the cloud: as little as can have changed the answer, without waiting any longer for it.

use std::collections::BTreeMap;

use fake_gcp::settings::Latency;
use landscape::migration::Measured;
use landscape::neighbours::Shoot;
use serde_json::{Value, json};

use crate::support::{CloudCall, Setup, Simulation, block_on};

/// The nodes whose migration is measured.
const NODES: u32 = 20;
/// The most reads of their migration.
const READS: u64 = 150;
/// The changes that a migration takes beside an alias and a route of each node: IPv6 on three subnets, one of which is made for it, and its
/// two firewall rules; the flag on, the pod range, the flag off; and the proof that routes may be deleted.
const CHANGES: u64 = 3 + 2 + 3 + 1;
/// Durations of operations, in seconds.
const DURATIONS: [u32; 6] = [3, 6, 9, 13, 18, 24];
/// What migrations with them took together when every look read everything, and operations were looked at after 1, 2, 4, 8, 13 s.
const SECONDS_BEFORE: f64 = 285.60 + 326.40 + 373.32 + 376.36 + 426.36 + 528.36;

/// A migration, and what was sent to the cloud for it, after the world was `prepared`.
fn migrate(setup: &Setup, prepare: impl AsyncFnOnce(&Simulation)) -> (Measured, Vec<CloudCall>) {
    block_on(async {
        let simulation = Simulation::start(setup).await;
        simulation.story.prepare().await.unwrap();
        prepare(&simulation).await;
        simulation.calls();
        let migration = simulation.story.migrate().await.unwrap();
        (migration, simulation.calls())
    })
}

/// Another shoot with so many VMs in the same project.
fn others_of(shoot: &Shoot, number: u32) -> Value {
    let vms = (0..number).map(|number| {
        let name = format!("shoot--p--other-pool-z1-{number:05}");
        json!({ "project": shoot.project, "zone": shoot.zones[0], "name": name, "subnetwork": "others" })
    });
    json!({
        "networks": [{ "project": shoot.project, "name": "others" }],
        "subnetworks": [{
            "project": shoot.project, "region": shoot.region, "name": "others", "network": "others",
            "ipCidrRange": "10.16.0.0/16",
        }],
        "instances": vms.collect::<Vec<_>>(),
    })
}

/// Reads by collection, lists apart from single objects.
fn kinds(calls: &[CloudCall]) -> BTreeMap<String, u32> {
    let mut kinds = BTreeMap::new();
    for call in calls.iter().filter(|call| !call.is_mutation()) {
        let kind = match call.label.split_once('/') {
            Some((kind, _)) => format!("{kind}, one"),
            None => call.label.clone(),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

#[test]
fn a_migration_reads_little_and_changes_only_what_it_must() {
    for seed in [2, 405, 407] {
        let (migration, calls) = migrate(&Setup::new(NODES, seed), async |_| {});
        assert!(migration.requests.reads <= READS, "{migration:?} with seed {seed}: {:#?}", kinds(&calls));
        let changes: Vec<&str> =
            calls.iter().filter(|call| call.is_mutation()).map(|call| call.label.as_str()).collect();
        let most = 2 * u64::from(NODES) + CHANGES;
        assert!(migration.requests.mutations <= most, "{migration:?} with seed {seed}: {changes:#?}");
    }
}

/// The seconds for which canaries are chosen and measured.
const CANARY: f64 = 64.0;

#[test]
fn what_is_read_less_is_not_waited_for_longer() {
    let took = DURATIONS.map(|seconds| {
        let mut setup = Setup::new(NODES, 2);
        // Durations that are drawn would be others as soon as one call more or less is made.
        setup.cloud.latency = Latency::None;
        let (migration, _) = migrate(&setup, async |simulation| {
            let delay = json!({ "delayOperation": format!("PT{seconds}S") });
            let rule = json!({ "method": "compute.*", "count": null, "fault": delay });
            simulation.world.cloud.add_fault(&rule).await.unwrap();
        });
        migration.seconds
    });
    // What canaries take, which were not measured then: three looks at pods, and the settle time once more.
    let most = took.iter().fold(SECONDS_BEFORE, |most, _| most + CANARY);
    assert!(took.iter().sum::<f64>() <= most, "{took:?}, together more than {most} s");
}

#[test]
fn what_is_read_of_vms_does_not_grow_with_those_of_others() {
    let lists = |others| {
        let (_, calls) = migrate(&Setup::new(3, 1), async |simulation| {
            simulation.give(&others_of(&simulation.world.shoot, others).to_string()).await;
        });
        kinds(&calls)["GET instances"]
    };
    // Before anything is begun all of them are looked at once, on three pages.
    assert_eq!(lists(1200), lists(0) + 2);
}
