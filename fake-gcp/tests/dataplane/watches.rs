//! When a watch counts: its beginning, its VM's end, its VM's return; and how the ledger reads.

use fake_gcp::dataplane::{Change, DataPlane, Lags, Watch};
use serde_json::json;

use crate::world::*;

fn plane(watches: &[(i64, Watch)], changes: Vec<Change>) -> DataPlane {
    let mut plane = DataPlane::new(settings(Lags::NONE), 1);
    changes.into_iter().for_each(|change| plane.record(change));
    watches.iter().for_each(|(at, watch)| plane.watch(ms(*at), watch.clone()));
    plane
}

/// Up from 0 to 1 s and from 5 s on.
fn interrupted() -> Vec<Change> {
    vec![
        change(1, 0, 0, vm_added("a")),
        change(2, 0, 0, route("a", RANGE, "a")),
        change(3, 1_000, 1_000, no_route("a")),
        change(4, 5_000, 5_000, route("a", RANGE, "a")),
    ]
}

#[test]
fn a_watch_counts_from_where_it_is_up() {
    for (at, gaps) in [(0, 1), (999, 1), (1_000, 0), (3_000, 0), (6_000, 0)] {
        let ledger = plane(&[(at, watch("a", RANGE))], interrupted()).ledger(ms(9_000));
        assert_eq!((ledger.gaps.len(), ledger.never_up.len()), (gaps, 0), "watched from {at} ms");
    }
}

#[test]
fn the_ledger_knows_nothing_later_than_now() {
    let plane = plane(&[(500, watch("a", RANGE))], interrupted());
    let read = |now| {
        let ledger = plane.ledger(ms(now));
        let gaps: Vec<_> = ledger.gaps.iter().map(|gap| (gap.from, gap.to, gap.seconds)).collect();
        (ledger.watched, ledger.states.route, gaps)
    };
    assert_eq!(read(499), (0, 0, vec![]));
    assert_eq!(read(500), (1, 1, vec![]));
    assert_eq!(read(1_000), (1, 0, vec![(ms(1_000), None, 0.0)]));
    assert_eq!(read(4_000), (1, 0, vec![(ms(1_000), None, 3.0)]));
    assert_eq!(read(5_000), (1, 1, vec![(ms(1_000), Some(ms(5_000)), 4.0)]));
}

#[test]
fn watching_twice_is_watching_once() {
    let twice = plane(&[(0, watch("a", RANGE)), (2_000, watch("a", RANGE))], interrupted());
    assert_eq!(twice.ledger(ms(9_000)).watched, 1);
    assert_eq!(twice.ledger(ms(9_000)).gap_seconds_total, 4.0);
}

/// The first VM's gap ends with it; the second VM, under the same name, is watched anew and has its own.
#[test]
fn a_vm_made_anew_is_watched_anew() {
    let mut changes = interrupted();
    changes.truncate(3);
    changes.extend([
        change(4, 2_000, 4_000, vm_removed("a")),
        change(5, 8_000, 10_000, vm_added("a")),
        change(6, 11_000, 11_000, route("a", RANGE, "a")),
        change(7, 15_000, 15_000, no_route("a")),
    ]);
    let plane = plane(&[(0, watch("a", RANGE)), (10_000, watch("a", RANGE))], changes);
    let ledger = plane.ledger(ms(20_000));
    let gaps: Vec<_> = ledger.gaps.iter().map(|gap| (gap.from, gap.to, gap.opened_by.seq)).collect();
    assert_eq!(gaps, [(ms(1_000), Some(ms(2_000)), 3), (ms(15_000), None, 7)]);
    assert_eq!((ledger.watched, ledger.states.gone, ledger.states.none), (2, 1, 1));
}

/// A VM whose deletion runs when the watch begins is gone from the start.
#[test]
fn a_vm_that_is_being_deleted_is_not_watched() {
    let changes = vec![change(1, 0, 0, vm_added("a")), change(2, 1_000, 9_000, vm_removed("a"))];
    let ledger = plane(&[(5_000, watch("a", RANGE))], changes).ledger(ms(20_000));
    assert_eq!((ledger.watched, ledger.states.gone), (1, 1));
}

#[test]
fn a_clone_goes_on_independently() {
    let mut original = plane(&[(0, watch("a", RANGE))], interrupted());
    let fork = original.clone();
    original.record(change(9, 6_000, 6_000, no_route("a")));
    assert_eq!(original.ledger(ms(9_000)).gaps.len(), 2);
    assert_eq!(fork.ledger(ms(9_000)).gaps.len(), 1);
}

#[test]
fn the_ledger_as_json() {
    let ledger = plane(&[(0, watch("a", RANGE)), (0, watch("b", RANGE))], interrupted()).ledger(ms(9_000));
    let a = json!({"project": "p", "zone": "europe-west1-b", "name": "a"});
    let b = json!({"project": "p", "zone": "europe-west1-b", "name": "b"});
    let expected = json!({
        "watched": 2,
        "states": {"route": 1, "both": 0, "alias": 0, "none": 1, "gone": 0},
        "never_up": [{"vm": b, "range": "10.0.1.0/24"}],
        "gap_seconds_total": 4.0,
        "max_gap_seconds": 4.0,
        "gaps": [{
            "vm": a, "range": "10.0.1.0/24", "from": ms(1_000), "to": ms(5_000), "seconds": 4.0,
            "opened_by": {"seq": 3, "method": "method-3", "target": "target-3"}, "reason": "no-route",
        }],
    });
    assert_eq!(serde_json::to_value(&ledger).ok(), Some(expected));
}
