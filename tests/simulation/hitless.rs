//! A migration without any fault: under each reading of what nobody has confirmed about Google, no node is ever cut off.

use fake_gcp::dataplane::{Lag, Lags, LookupRule};
use fake_gcp::settings::{AliasOrder, Latency, Verdict};

use landscape::seed::MemorySeed;

use crate::support::{Setup, Simulation, block_on};

/// Runs the whole story and asserts that it came out well, and that it was told of well; the seed stands in the message. Tells
/// whether the controller was killed on the way.
pub(crate) fn check(setup: &Setup) -> bool {
    let (seed, (outcome, killed)) = block_on(async {
        let simulation = Simulation::start(setup).await;
        (simulation.seed.clone(), simulation.run().await)
    });
    assert_counts(&seed, setup);
    let complaints = outcome.complaints();
    assert!(complaints.is_empty(), "{complaints:?} with {setup:?}: {outcome:?}");
    assert_eq!(outcome.nodes, u64::from(setup.nodes), "{setup:?}");
    assert!(
        outcome.mutations > outcome.nodes * 2,
        "every node needs an alias and loses a route: {outcome:?}"
    );
    killed
}

/// Nodes are counted alike by every process: always all of them, and never fewer that are done.
fn assert_counts(seed: &MemorySeed, setup: &Setup) {
    let calls = seed.calls();
    let told =
        calls.iter().filter_map(|logged| logged.call.body.pointer("/status/lastOperation/description"));
    let counts = told.filter_map(|text| text.as_str()?.split_once("step M9, ")).map(|(_, count)| {
        let (done, nodes) = count.strip_suffix(" nodes").unwrap().split_once(" of ").unwrap();
        assert_eq!(nodes, setup.nodes.to_string(), "{setup:?}");
        done.parse().unwrap()
    });
    let counts: Vec<u32> = counts.collect();
    // Of two controllers each tells of what it has seen itself.
    assert!(setup.second_controller || counts.is_sorted(), "{counts:?} with {setup:?}");
}

#[test]
fn three_nodes() {
    assert!(!check(&Setup::new(3, 1)));
}

#[test]
fn twenty_nodes() {
    assert!(!check(&Setup::new(20, 2)));
}

#[test]
fn two_hundred_nodes_beyond_the_hybrid_limits() {
    let setup = Setup::new(200, 3);
    let (outcome, _) = block_on(async { Simulation::start(&setup).await.run().await });
    assert!(outcome.complaints().is_empty(), "{:?}: {outcome:?}", outcome.complaints());
    // One VM after the other would take the better part of an hour of the cloud's time; the settle times alone take 200 s.
    assert!(outcome.migration_seconds < 900.0, "{outcome:?}");
}

#[test]
fn operations_that_are_done_at_once() {
    let mut setup = Setup::new(3, 4);
    setup.cloud.latency = Latency::None;
    assert!(!check(&setup));
}

#[test]
fn the_most_specific_destination_wins() {
    let mut setup = Setup::new(5, 5);
    setup.cloud.dataplane.rule = LookupRule::MostSpecific;
    assert!(!check(&setup));
}

#[test]
fn removals_are_programmed_as_soon_as_they_begin_and_additions_take_as_long_as_is_waited_for() {
    for rule in [LookupRule::ResourceFirst, LookupRule::MostSpecific] {
        let mut setup = Setup::new(5, 6);
        let slowest = Lag::fixed(setup.settings.settle);
        setup.cloud.dataplane.lags = Lags::uniform(slowest, Lag::at_start());
        setup.cloud.dataplane.rule = rule;
        assert!(!check(&setup));
    }
}

#[test]
fn aliases_come_back_in_another_order() {
    for order in [AliasOrder::Keep, AliasOrder::RangeName] {
        let mut setup = Setup::new(3, 7);
        setup.cloud.switches.alias_order = order;
        assert!(!check(&setup));
    }
}

#[test]
fn what_is_refused_in_one_reading_is_accepted_in_the_other() {
    for route_inside_flagged_range in [Verdict::Accept, Verdict::Refuse] {
        let mut setup = Setup::new(3, 8);
        let switches = &mut setup.cloud.switches;
        switches.mixed_patch_groups = Verdict::Accept;
        switches.route_inside_flagged_range = route_inside_flagged_range;
        switches.flag_off_over_routes = Verdict::Accept;
        switches.duplicate_alias = Verdict::Accept;
        switches.route_to_absent_instance = Verdict::Accept;
        assert!(!check(&setup));
    }
}

#[test]
fn two_controllers_by_mistake() {
    for seed in 130..140 {
        assert!(!check(&Setup { second_controller: true, ..Setup::new(4, seed) }));
    }
}

#[test]
fn many_seeds() {
    for seed in 100..120 {
        assert!(!check(&Setup::new(4, seed)));
    }
}
