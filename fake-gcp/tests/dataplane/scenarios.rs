//! Orders of operations and of their effects: which of them cut a range off, and for how long.

use std::time::Duration;

use fake_gcp::dataplane::{DataPlane, Lag, Lags, NextHop, Reason, RouteFact, What};

use crate::check::*;
use crate::world::*;

#[test]
fn routes_deleted_before_the_alias_is_a_gap() {
    check(&Scenario {
        gaps: vec![("a", 1_000, Some(9_000), 3, Reason::NoRoute)],
        states: (0, 0, 1, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, no_route("a")), (2_000, range(PODS)), (9_000, alias("a", RANGE))])
    });
}

/// With the default route of every network, the reason is still that the VM's own route is missing.
#[test]
fn a_broader_route_elsewhere_does_not_hide_the_reason() {
    let internet = RouteFact { next_hop: NextHop::Other, ..node_route("internet", net(0, 0, 8).trunc(), "") };
    check(&Scenario {
        gaps: vec![("a", 1_000, None, 4, Reason::NoRoute)],
        ..routed(BOTH_RULES, vec![(500, What::RouteAdded(internet)), (1_000, no_route("a"))])
    });
}

#[test]
fn alias_before_route_deletion_is_no_gap() {
    let steps = vec![
        (1_000, flag(true)),
        (2_000, range(PODS)),
        (3_000, alias("a", RANGE)),
        (4_000, no_route("a")),
        (5_000, flag(false)),
    ];
    for (now, states) in [(1_500, (1, 0, 0, 0, 0)), (3_500, (0, 1, 0, 0, 0)), (6_000, (0, 0, 1, 0, 0))] {
        check(&Scenario { now, states, ..routed(BOTH_RULES, steps.clone()) });
    }
}

#[test]
fn range_before_flag_is_a_gap() {
    check(&Scenario {
        gaps: vec![("a", 2_000, Some(3_500), 3, Reason::ShadowedByRange)],
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(2_000, range(PODS)), (3_500, flag(true))])
    });
}

#[test]
fn range_before_flag_is_no_gap_where_the_alias_is() {
    check(&Scenario {
        states: (0, 0, 1, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, alias("a", RANGE)), (2_000, range(PODS))])
    });
}

#[test]
fn flag_off_over_a_live_route_is_a_gap() {
    check(&Scenario {
        gaps: vec![("a", 3_000, None, 5, Reason::ShadowedByRange)],
        ..routed(BOTH_RULES, vec![(1_000, flag(true)), (2_000, range(PODS)), (3_000, flag(false))])
    });
}

/// The API saw the flag before the range, but the flag is programmed later.
#[test]
fn a_slow_flag_is_a_gap() {
    check(&Scenario {
        lags: Lags { flag_on: seconds(20), range_added: seconds(1), ..Lags::NONE },
        gaps: vec![("a", 6_000, Some(21_000), 4, Reason::ShadowedByRange)],
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, flag(true)), (5_000, range(PODS))])
    });
}

/// Setting the flag back overtakes setting it: the last word of the API counts.
#[test]
fn an_overtaken_flag_stays_as_the_api_has_it() {
    check(&Scenario {
        lags: Lags { flag_on: seconds(20), ..Lags::NONE },
        gaps: vec![("a", 3_000, None, 5, Reason::ShadowedByRange)],
        ..routed(BOTH_RULES, vec![(1_000, flag(true)), (2_000, flag(false)), (3_000, range(PODS))])
    });
}

#[test]
fn a_guest_that_handles_aliases_cuts_itself_off() {
    let added = |guest_ip_aliases| What::VmAdded {
        vm: vm("a"),
        network: network("vpc"),
        guest_ip_aliases,
        can_ip_forward: true,
        running: true,
    };
    check(&Scenario {
        gaps: vec![("a", 3_000, Some(8_000), 5, Reason::GuestTookAlias)],
        states: (0, 1, 0, 0, 0),
        ..plain(
            BOTH_RULES,
            vec![
                (0, added(true)),
                (0, route("a", RANGE, "a")),
                (1_000, flag(true)),
                (2_000, range(PODS)),
                (3_000, alias("a", RANGE)),
                (8_000, added(false)),
            ],
        )
    });
}

/// The removal takes effect when the operation starts; the operation is DONE much later.
#[test]
fn a_removal_may_be_programmed_before_it_is_done() {
    let base = routed(BOTH_RULES, vec![]);
    let steps =
        [(5_000, 9_000, no_route("a")), (7_000, 7_000, range(PODS)), (7_000, 7_000, alias("a", RANGE))];
    check(&Scenario {
        lags: Lags { route_removed: Lag::at_start(), ..Lags::NONE },
        steps: base.steps.into_iter().chain(steps).collect(),
        gaps: vec![("a", 5_000, Some(7_000), 3, Reason::NoRoute)],
        states: (0, 0, 1, 0, 0),
        ..routed(BOTH_RULES, vec![])
    });
}

/// The alias was there in time by the API's account, but not on the host.
#[test]
fn done_is_not_programmed() {
    check(&Scenario {
        lags: Lags { alias_added: seconds(10), ..Lags::NONE },
        gaps: vec![("a", 6_000, Some(13_000), 6, Reason::NoAlias)],
        states: (0, 0, 1, 0, 0),
        ..routed(
            BOTH_RULES,
            vec![
                (1_000, flag(true)),
                (2_000, range(PODS)),
                (3_000, alias("a", RANGE)),
                (6_000, no_route("a")),
            ],
        )
    });
}

#[test]
fn a_gap_ends_with_its_vm_and_none_is_counted_after() {
    let base = routed(BOTH_RULES, vec![(1_000, no_route("a"))]);
    let steps = [(4_000, 6_000, vm_removed("a")), (9_000, 9_000, vm_added("a"))];
    check(&Scenario {
        steps: base.steps.into_iter().chain(steps).collect(),
        gaps: vec![("a", 1_000, Some(4_000), 3, Reason::NoRoute)],
        states: (0, 0, 0, 0, 1),
        ..routed(BOTH_RULES, vec![])
    });
}

#[test]
fn what_happens_to_a_vm_that_is_gone_is_no_gap() {
    check(&Scenario {
        states: (0, 0, 0, 0, 1),
        ..routed(BOTH_RULES, vec![(1_000, vm_removed("a")), (1_000, no_route("a"))])
    });
}

#[test]
fn an_alias_ends_with_its_vm() {
    check(&Scenario {
        states: (0, 1, 0, 0, 0),
        ..routed(
            BOTH_RULES,
            vec![
                (1_000, vm_added("b")),
                (1_000, flag(true)),
                (1_000, alias("b", RANGE)),
                (2_000, vm_removed("b")),
                (3_000, range(PODS)),
                (4_000, alias("a", RANGE)),
            ],
        )
    });
}

/// The removal of the first route is programmed long after a route of the same name was added again.
#[test]
fn a_late_removal_spares_what_was_added_again() {
    check(&Scenario {
        lags: Lags { route_removed: seconds(30), ..Lags::NONE },
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, no_route("a")), (2_000, route("a", RANGE, "a"))])
    });
}

#[test]
fn a_route_added_again_serves_again() {
    check(&Scenario {
        lags: Lags { route_added: seconds(3), ..Lags::NONE },
        gaps: vec![("a", 5_000, Some(9_000), 3, Reason::NoRoute)],
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(5_000, no_route("a")), (6_000, route("a", RANGE, "a"))])
    });
}

/// Deleted before it was programmed: it must not appear afterwards.
#[test]
fn a_late_addition_does_not_bring_back_what_was_removed() {
    check(&Scenario {
        lags: Lags { alias_added: seconds(20), ..Lags::NONE },
        gaps: vec![("a", 5_000, None, 5, Reason::ShadowedByRange)],
        ..routed(
            BOTH_RULES,
            vec![
                (1_000, alias("a", RANGE)),
                (2_000, no_alias("a", RANGE)),
                (5_000, range(PODS)),
                (6_000, no_route("a")),
            ],
        )
    });
}

#[test]
fn what_was_never_up_has_no_gaps() {
    check(&Scenario { never_up: 1, ..plain(BOTH_RULES, vec![(0, vm_added("a")), (1_000, range(PODS))]) });
    check(&Scenario { never_up: 1, ..plain(BOTH_RULES, vec![]) });
}

#[test]
fn removing_the_range_gives_the_addresses_back_to_the_route() {
    check(&Scenario {
        gaps: vec![("a", 1_000, Some(2_000), 3, Reason::ShadowedByRange)],
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, range(PODS)), (2_000, no_range())])
    });
}

/// One instant, two changes that cancel out: no gap, in whichever order the API made them.
#[test]
fn no_time_is_no_gap() {
    let steps =
        vec![(1_000, route("b", RANGE, "a")), (2_000, no_route("a")), (2_000, route("a", RANGE, "a"))];
    check(&Scenario { states: (1, 0, 0, 0, 0), ..routed(BOTH_RULES, steps) });
    check(&Scenario {
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(2_000, no_route("a")), (2_000, route("a2", RANGE, "a"))])
    });
}

/// Two changes take effect at the instant at which the gap opens: the first of them did it.
#[test]
fn the_request_that_opened_a_gap_is_the_first_of_its_instant() {
    check(&Scenario {
        gaps: vec![("a", 1_000, None, 3, Reason::NoAlias)],
        ..routed(BOTH_RULES, vec![(1_000, no_route("a")), (1_000, range(PODS))])
    });
}

/// Two reasons in a row are one gap, told by the request that opened it.
#[test]
fn one_gap_with_two_reasons() {
    check(&Scenario {
        gaps: vec![("a", 1_000, Some(3_000), 3, Reason::NoRoute)],
        states: (0, 0, 1, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, no_route("a")), (2_000, range(PODS)), (3_000, alias("a", RANGE))])
    });
}

/// A gap of one microsecond is a gap.
#[test]
fn microseconds_count() {
    let mut plane =
        DataPlane::new(settings(Lags { route_added: Lag::fixed(Duration::from_micros(1)), ..Lags::NONE }), 1);
    plane.watch(ms(0), watch("a", RANGE));
    let steps = [vm_added("a"), route("a", RANGE, "a"), no_route("a"), route("a", RANGE, "a")];
    for (seq, what) in (1..).zip(steps) {
        let at = if seq < 3 { 0 } else { 1_000 };
        plane.record(change(seq, at, at, what));
    }
    let ledger = plane.ledger(ms(2_000));
    let lengths: Vec<_> = ledger.gaps.iter().map(|gap| (gap.from, gap.seconds)).collect();
    assert_eq!(lengths, [(ms(1_000), 1e-6)]);
}
