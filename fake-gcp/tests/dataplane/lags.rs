//! When things are programmed: within their bounds, differently per host, and the same every time.

use std::collections::BTreeSet;
use std::time::Duration;

use fake_gcp::dataplane::{DataPlane, Edge, Lag, Lags, Settings};

use crate::world::*;

#[test]
fn additions_lag_behind_done_and_removals_may_precede_it() {
    let settings = Settings::default();
    let (added, removed) = (route("r", RANGE, "a"), no_route("r"));
    let (mut before_done, mut after_done) = (0, 0);
    for seq in 0..1_000 {
        let at = settings.programmed_at(7, &change(seq, 10_000, 14_000, added.clone()), &vm("a"));
        assert!((ms(14_200)..=ms(34_000)).contains(&at), "request {seq}: {at:?}");
        let at = settings.programmed_at(7, &change(seq, 10_000, 14_000, removed.clone()), &vm("a"));
        assert!((ms(10_000)..=ms(16_000)).contains(&at), "request {seq}: {at:?}");
        *if at < ms(14_000) { &mut before_done } else { &mut after_done } += 1;
    }
    // Uniform over 6 s of which 4 s precede DONE: 667 and 333 expected, with a deviation of 15.
    assert!((592..742).contains(&before_done), "{before_done} before, {after_done} after");
}

#[test]
fn hosts_seeds_and_requests_have_lags_of_their_own() {
    let settings = Settings::default();
    let lag = |seed, seq, host: &str| settings.programmed_at(seed, &change(seq, 0, 0, flag(true)), &vm(host));
    let hosts: BTreeSet<_> = (0..100).map(|host| lag(1, 1, &format!("vm-{host}"))).collect();
    let seeds: BTreeSet<_> = (0..100).map(|seed| lag(seed, 1, "a")).collect();
    let requests: BTreeSet<_> = (0..100).map(|seq| lag(1, seq, "a")).collect();
    for (what, distinct) in [("hosts", hosts), ("seeds", seeds), ("requests", requests)] {
        assert!(distinct.len() > 95, "{what}: {} distinct lags of 100", distinct.len());
    }
}

/// The figures are part of what a seed means: whoever noted a seed can repeat the run.
#[test]
fn a_seed_means_the_same_for_ever() {
    let at =
        |seq, what| Settings::default().programmed_at(42, &change(seq, 0, 1_000, what), &vm("a")).as_micros();
    let lags = [at(1, flag(true)), at(2, range(PODS)), at(3, alias("a", RANGE)), at(4, no_route("r"))];
    assert_eq!(lags, [2_768_364, 4_059_136, 11_518_103, 38_535]);
}

#[test]
fn an_edge_is_told_from_done_and_never_before_the_start() {
    let edge = |operation_percent, micros| Edge { operation_percent, micros };
    let at = |earliest, latest| {
        let lags = Lags { route_removed: Lag { earliest, latest }, ..Lags::default() };
        settings(lags).programmed_at(1, &change(1, 10_000, 14_000, no_route("r")), &vm("a"))
    };
    for (position, expected) in [
        (edge(0, 0), 14_000),
        (edge(-50, 0), 12_000),
        (edge(-100, 0), 10_000),
        (edge(-50, 500_000), 12_500),
        (edge(-300, 0), 10_000),
        (edge(0, -9_000_000), 10_000),
    ] {
        assert_eq!(at(position, position), ms(expected), "{position:?}");
    }
    assert_eq!(
        at(edge(0, 3_000_000), edge(0, 0)),
        ms(17_000),
        "an end before the beginning gives the beginning"
    );
}

#[test]
fn a_vm_has_no_lag() {
    let settings = Settings::default();
    let at = |what| settings.programmed_at(1, &change(1, 10_000, 14_000, what), &vm("a"));
    assert_eq!((at(vm_added("a")), at(vm_removed("a"))), (ms(14_000), ms(10_000)));
}

/// One flag, one range, two VMs: what is a gap on one host is none on the other.
#[test]
fn the_same_order_is_a_gap_on_one_host_only() {
    let lags = Lags {
        flag_on: Lag::between(Duration::ZERO, Duration::from_secs(20)),
        range_added: seconds(10),
        ..Lags::NONE
    };
    let settings = settings(lags);
    let (flag_on, range_added) =
        (change(10, 1_000, 1_000, flag(true)), change(11, 1_000, 1_000, range(PODS)));
    let flag_at = |name: &str| settings.programmed_at(3, &flag_on, &vm(name));
    let names: Vec<String> = (0..20).map(|index| format!("vm-{index}")).collect();
    let late: Vec<_> = names.iter().filter(|name| flag_at(name) > ms(11_000)).collect();
    assert!(!late.is_empty() && late.len() < names.len(), "seed 3 must give both kinds of host: {late:?}");

    let mut plane = DataPlane::new(settings.clone(), 3);
    for (index, name) in (0..).zip(&names) {
        plane.watch(ms(0), watch(name, net(index, 0, 24)));
        plane.record(change(0, 0, 0, vm_added(name)));
        plane.record(change(0, 0, 0, route(name, net(index, 0, 24), name)));
    }
    plane.record(flag_on.clone());
    plane.record(range_added);

    let ledger = plane.ledger(ms(60_000));
    let found: BTreeSet<_> = ledger.gaps.iter().map(|gap| (gap.vm.name.as_str(), gap.from, gap.to)).collect();
    let expected = late.iter().map(|name| (name.as_str(), ms(11_000), Some(flag_at(name)))).collect();
    assert_eq!(found, expected);
}

#[test]
fn settings_read_back_from_json() {
    let text = serde_json::json!({"rule": "most-specific", "stopped_vm": "matched", "lags": {"route_removed": {
        "earliest": {"operation_percent": -100, "micros": 0}, "latest": {"operation_percent": -100, "micros": 0},
    }}});
    let read: Result<Settings, _> = serde_json::from_value(text);
    let expected = Settings {
        rule: fake_gcp::dataplane::LookupRule::MostSpecific,
        stopped_vm: fake_gcp::dataplane::StoppedVm::Matched,
        lags: Lags { route_removed: Lag::at_start(), ..Lags::default() },
    };
    assert_eq!(read.ok(), Some(expected));
    assert!(serde_json::from_str::<Settings>(r#"{"lag": {}}"#).is_err(), "a misspelt field is refused");
}
