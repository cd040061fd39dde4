//! Which of several routes, ranges and aliases decides, by each reading of the routing rules.

use fake_gcp::dataplane::{NextHop, Reason, RouteFact, StoppedVm, SubnetRef, VmRef, Watch, What};

use crate::check::*;
use crate::world::*;

#[test]
fn a_tagged_route_is_dropped_in_the_second_look_up() {
    let tagged = What::RouteAdded(RouteFact { tags: true, ..node_route("a", RANGE, "a") });
    let steps = vec![(0, vm_added("a")), (0, tagged), (1_000, flag(true)), (2_000, range(PODS))];
    check(&Scenario {
        gaps: vec![("a", 2_000, None, 4, Reason::RouteDropped)],
        ..plain(RESOURCE_FIRST, steps.clone())
    });
    check(&Scenario { states: (1, 0, 0, 0, 0), ..plain(MOST_SPECIFIC, steps) });
}

#[test]
fn a_route_to_another_region_is_dropped_in_the_second_look_up() {
    let far = VmRef { zone: "us-east1-b".into(), ..vm("a") };
    let fact = RouteFact { next_hop: NextHop::Vm(far.clone()), ..node_route("a", RANGE, "a") };
    let added = What::VmAdded {
        vm: far.clone(),
        network: network("vpc"),
        guest_ip_aliases: false,
        can_ip_forward: true,
        running: true,
    };
    let steps = vec![(0, added), (0, What::RouteAdded(fact)), (1_000, flag(true)), (2_000, range(PODS))];
    let watched = vec![Watch { vm: far, range: RANGE }];
    check(&Scenario {
        watched: watched.clone(),
        gaps: vec![("a", 2_000, None, 4, Reason::RouteDropped)],
        ..plain(RESOURCE_FIRST, steps.clone())
    });
    check(&Scenario { watched, states: (1, 0, 0, 0, 0), ..plain(MOST_SPECIFIC, steps) });
}

#[test]
fn a_route_broader_than_the_range_does_not_serve_it() {
    let steps = |broad| {
        vec![(0, vm_added("a")), (0, route("a", broad, "a")), (1_000, flag(true)), (2_000, range(PODS))]
    };
    let broad = net(0, 0, 15);
    check(&Scenario {
        gaps: vec![("a", 2_000, None, 4, Reason::RouteDropped)],
        ..plain(RESOURCE_FIRST, steps(broad))
    });
    check(&Scenario {
        gaps: vec![("a", 2_000, None, 4, Reason::NoAlias)],
        ..plain(MOST_SPECIFIC, steps(broad))
    });
}

/// A route exactly as broad as the range serves addresses without owner, unless the longest prefix decides:
/// then the tie is the range's.
#[test]
fn a_route_as_broad_as_the_range() {
    let steps =
        vec![(0, vm_added("a")), (0, route("a", PODS, "a")), (1_000, flag(true)), (2_000, range(PODS))];
    check(&Scenario { states: (1, 0, 0, 0, 0), ..plain(RESOURCE_FIRST, steps.clone()) });
    check(&Scenario { gaps: vec![("a", 2_000, None, 4, Reason::NoAlias)], ..plain(MOST_SPECIFIC, steps) });
}

#[test]
fn an_alias_of_another_vm_takes_the_range_away() {
    let setup = |last| vec![(1_000, flag(true)), (2_000, range(PODS)), (3_000, alias("b", RANGE)), last];
    check(&Scenario {
        gaps: vec![("a", 3_000, Some(4_000), 5, Reason::AliasElsewhere)],
        states: (1, 0, 0, 0, 0),
        ..routed(RESOURCE_FIRST, setup((4_000, no_alias("b", RANGE))))
    });
    check(&Scenario {
        gaps: vec![("a", 4_000, None, 6, Reason::AliasElsewhere)],
        ..routed(MOST_SPECIFIC, setup((4_000, no_route("a"))))
    });
}

#[test]
fn an_alias_for_a_part_leaves_the_rest_to_the_route() {
    let half = net(1, 128, 25);
    check(&Scenario {
        gaps: vec![("a", 4_000, Some(5_000), 6, Reason::NoAlias)],
        states: (0, 0, 1, 0, 0),
        ..routed(
            BOTH_RULES,
            vec![
                (1_000, flag(true)),
                (2_000, range(PODS)),
                (3_000, alias("a", half)),
                (4_000, no_route("a")),
                (5_000, alias("a", RANGE)),
            ],
        )
    });
}

#[test]
fn a_more_specific_route_elsewhere_takes_a_part_away() {
    check(&Scenario {
        gaps: vec![("a", 1_000, Some(2_000), 3, Reason::RouteElsewhere)],
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, route("b", net(1, 64, 32), "b")), (2_000, no_route("b"))])
    });
}

/// Of equal destinations the lower number wins; of equal priorities both carry traffic.
#[test]
fn priority_decides_between_equal_destinations() {
    let rival = |priority| What::RouteAdded(RouteFact { priority, ..node_route("rival", RANGE, "b") });
    check(&Scenario { states: (1, 0, 0, 0, 0), ..routed(BOTH_RULES, vec![(1_000, rival(1001))]) });
    for priority in [999, 1000] {
        check(&Scenario {
            gaps: vec![("a", 1_000, None, 3, Reason::RouteElsewhere)],
            ..routed(BOTH_RULES, vec![(1_000, rival(priority))])
        });
    }
}

#[test]
fn a_route_needs_ip_forwarding() {
    let added = What::VmAdded {
        vm: vm("a"),
        network: network("vpc"),
        guest_ip_aliases: false,
        can_ip_forward: false,
        running: true,
    };
    let steps = vec![(0, added), (0, range(PODS)), (0, alias("a", RANGE)), (1_000, route("a", RANGE, "a"))];
    check(&Scenario { states: (0, 0, 1, 0, 0), ..plain(BOTH_RULES, steps.clone()) });
    let steps = steps.into_iter().chain([(2_000, flag(true))]).collect();
    check(&Scenario {
        gaps: vec![("a", 2_000, None, 5, Reason::CannotIpForward)],
        ..plain(MOST_SPECIFIC, steps)
    });
}

#[test]
fn other_networks_do_not_matter() {
    let foreign_route =
        What::RouteAdded(RouteFact { network: network("other"), ..node_route("x", RANGE, "b") });
    let foreign_range = What::RangeAdded {
        subnet: subnet(),
        network: network("other"),
        range_name: "pods".into(),
        cidr: PODS,
    };
    check(&Scenario {
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, foreign_route), (1_000, foreign_range)])
    });
}

#[test]
fn an_alias_serves_only_the_range_that_it_is_taken_from() {
    let of = |subnet: SubnetRef, range_name: &str| What::AliasAdded {
        vm: vm("a"),
        subnet,
        range_name: range_name.into(),
        cidr: RANGE,
    };
    let elsewhere = SubnetRef { name: "more".into(), ..subnet() };
    for misplaced in [of(subnet(), "services"), of(elsewhere, "pods")] {
        check(&Scenario {
            gaps: vec![("a", 2_000, None, 4, Reason::ShadowedByRange)],
            ..routed(BOTH_RULES, vec![(1_000, misplaced), (2_000, range(PODS))])
        });
    }
}

/// Whoever bears an alias owns it while it runs; stopped, it leaves the addresses to the static routes.
#[test]
fn a_stopped_vm_owns_nothing() {
    let steps = vec![
        (0, vm_added("a")),
        (0, vm_that("b", false)),
        (0, flag(true)),
        (0, range(PODS)),
        (0, alias("b", RANGE)),
        (0, route("a", RANGE, "a")),
        (5_000, vm_that("b", true)),
        (7_000, vm_that("b", false)),
    ];
    check(&Scenario {
        gaps: vec![("a", 5_000, Some(7_000), 7, Reason::AliasElsewhere)],
        states: (1, 0, 0, 0, 0),
        ..plain(RESOURCE_FIRST, steps.clone())
    });
    let steps = [vec![(0, vm_added("b"))], steps.get(2..).unwrap().to_vec()].concat();
    let steps = [vec![(0, vm_added("a"))], steps].concat();
    // By the other reading it keeps them: the route has never served.
    check(&Scenario { stopped_vm: StoppedVm::Matched, never_up: 1, ..plain(RESOURCE_FIRST, steps) });
}

/// Nobody misses a VM that does not run; what is missing when it starts again is missed from then on.
#[test]
fn a_stopped_vm_is_not_missed() {
    check(&Scenario {
        states: (1, 0, 0, 0, 0),
        ..routed(BOTH_RULES, vec![(1_000, vm_that("a", false)), (5_000, vm_that("a", true))])
    });
    let steps = vec![
        (1_000, vm_that("a", false)),
        (2_000, no_route("a")),
        (5_000, vm_that("a", true)),
        (6_000, vm_that("a", false)),
    ];
    check(&Scenario {
        gaps: vec![("a", 5_000, Some(6_000), 5, Reason::NoRoute)],
        ..routed(BOTH_RULES, steps)
    });
}

/// What a policy-based route leads away neither alias nor route gets back, whatever the flag says.
#[test]
fn policy_based_routes_come_first() {
    let away = || policy("inspect", net(0, 0, 8), net(1, 64, 26), 100, true);
    let gap = |request| vec![("a", 4_000, Some(5_000), request, Reason::PolicyElsewhere)];
    let steps = |last| {
        vec![(1_000, flag(true)), (2_000, range(PODS)), (3_000, alias("a", RANGE)), (4_000, away()), last]
    };
    check(&Scenario {
        gaps: gap(6),
        states: (0, 1, 0, 0, 0),
        ..routed(BOTH_RULES, steps((5_000, no_policy("inspect"))))
    });
    // One that comes first gives the same senders back, and no narrower one does.
    let back = |source| (5_000, policy("skip", source, net(1, 0, 24), 99, false));
    check(&Scenario {
        gaps: gap(6),
        states: (0, 1, 0, 0, 0),
        ..routed(BOTH_RULES, steps(back(net(0, 0, 8))))
    });
    check(&Scenario {
        gaps: vec![("a", 4_000, None, 6, Reason::PolicyElsewhere)],
        ..routed(BOTH_RULES, steps(back(net(0, 0, 24))))
    });
    // Elsewhere is elsewhere: other addresses, another network, a route to the other routes alone.
    for harmless in [
        policy("other", net(0, 0, 8), net(2, 0, 24), 100, true),
        policy("skip", net(0, 0, 8), RANGE, 100, false),
    ] {
        check(&Scenario { states: (1, 0, 0, 0, 0), ..routed(BOTH_RULES, vec![(1_000, harmless)]) });
    }
}
