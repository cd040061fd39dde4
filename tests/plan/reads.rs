//! What a look reads, by what shall be and what is pending, and what of that the decision can do without.

use planner::desired::Target;
use planner::plan::{self, VmScope};
use planner::snapshot::{Part, Parts, Snapshot};
use planner::vocabulary::VmRef;

use crate::worlds::case::Case;
use crate::worlds::directory;

fn world(case: &str) -> (Target, Snapshot) {
    let situation = Case::read(&directory().join(format!("{case}.yaml"))).situation();
    (situation.target, situation.seen)
}

/// What a look reads that asks for `parts`, in words: a question mark behind what the decision can do without.
fn reads((target, seen): &(Target, Snapshot), parts: &Parts) -> String {
    let (state, cloud) = (&seen.state, &seen.cloud);
    let reads = plan::reads(target, state, cloud, parts);
    let mark = |part: &Part| if reads.can_do_without(*part) { "?" } else { "" };
    let parts = reads.parts.iter().map(|part| format!("{part:?}{}", mark(part)));
    let mut words: Vec<String> = reads.ccm.then(|| "Ccm".to_owned()).into_iter().chain(parts).collect();
    if reads.has(Part::Traffic) {
        let vms = Some(plan::vms(target, state, cloud)).filter(|vms| *vms != VmScope::None);
        words.extend(vms.map(|vms| format!("Vms:{vms:?}")));
        words.extend(plan::passthrough_rules(target, state, cloud).then(|| "PassthroughRules".to_owned()));
    }
    words.join(" ")
}

#[test]
fn what_is_read_follows_from_what_shall_be_and_what_is_pending() {
    for (case, wanted) in [
        ("03-converged-ipv4", "Network Subnets Router Firewalls"),
        ("84-nat-addresses", "Addresses Network Subnets Router Firewalls"),
        ("93-service-account", "Network Subnets Router Firewalls ServiceAccount"),
        ("04-new-dual-stack", "Ccm Network Subnets Router Firewalls Traffic"),
        (
            "10-before-migration",
            "Ccm Network Subnets Router Firewalls Traffic Vms:Everywhere PassthroughRules",
        ),
        ("15-m5-canaries", "Ccm Network Subnets Router Firewalls Operations Traffic Vms:Named"),
        ("41-after-migration", "Ccm Network Subnets Router Firewalls Traffic"),
        ("A0-teardown-own", "Network Subnets Router Firewalls Traffic Leftovers? Vms:Region"),
        (
            "A5-teardown-service-account",
            "Network Subnets Router Firewalls Traffic Leftovers? ServiceAccount?",
        ),
    ] {
        let world = world(case);
        assert_eq!(reads(&world, &plan::whole(&world.1.state)), wanted, "{case}");
    }
}

#[test]
fn what_is_under_way_can_be_done_without_only_where_nothing_migrates() {
    for (case, wanted) in [
        ("03-converged-ipv4", "Operations?"),
        ("41-after-migration", "Ccm Operations?"),
        ("10-before-migration", "Ccm Operations"),
        ("15-m5-canaries", "Ccm Operations"),
        ("A0-teardown-own", "Operations?"),
    ] {
        assert_eq!(reads(&world(case), &Parts::from([Part::Operations])), wanted, "{case}");
    }
}

#[test]
fn past_the_point_of_no_return_what_the_report_does_not_need_is_not_waited_for() {
    let parts = Parts::from([Part::Addresses, Part::ServiceAccount]);
    let mut world = world("84-nat-addresses");
    world.0.service_account = true;
    assert_eq!(reads(&world, &parts), "Addresses ServiceAccount");
    world.1.state.journal.phase = Some(planner::journal::Phase::Deleting);
    assert_eq!(reads(&world, &parts), "Ccm Addresses?");
}

#[test]
fn who_is_named_and_not_listed_is_asked_for_by_name() {
    let (target, mut seen) = world("30-m9-vm-gone");
    let gone: Vec<VmRef> = seen.cloud.gone.iter().cloned().collect();
    let asked = |seen: &Snapshot| plan::unconfirmed(&target, &seen.state, &seen.cloud);
    assert_eq!(Vec::from_iter(asked(&seen)), gone);
    seen.state = Default::default();
    assert_eq!(Vec::from_iter(asked(&seen)), gone, "a route names it");
    seen.cloud.routes.clear();
    assert!(asked(&seen).is_empty());
}
