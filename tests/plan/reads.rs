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
    let looks = plan::preflight(target, state, cloud, plan::moment(state)).is_some();
    let parts = reads.parts.iter().filter(|part| **part != Part::Preflight || looks);
    let parts = parts.map(|part| format!("{part:?}{}", mark(part)));
    let mut words: Vec<String> = reads.ccm.then(|| "Ccm".to_owned()).into_iter().chain(parts).collect();
    if reads.has(Part::Traffic) {
        let vms = Some(plan::vms(target, state, cloud)).filter(|vms| *vms != VmScope::None);
        words.extend(vms.map(|vms| format!("Vms:{vms:?}")));
        words.extend(plan::lists_nodes(target, state, cloud).then(|| "Nodes".to_owned()));
        words.extend(plan::passthrough_rules(target, state, cloud).then(|| "PassthroughRules".to_owned()));
    }
    words.join(" ")
}

#[test]
fn what_is_read_follows_from_what_shall_be_and_what_is_pending() {
    for (case, wanted) in [
        ("03-converged-ipv4", "Ccm Network Subnets Router Firewalls"),
        ("84-nat-addresses", "Ccm Addresses Network Subnets Router Firewalls"),
        ("93-service-account", "Ccm Network Subnets Router Firewalls ServiceAccount"),
        ("04-new-dual-stack", "Ccm Network Subnets Router Firewalls Traffic"),
        (
            "10-before-migration",
            "Ccm Network Subnets Router Firewalls Traffic Preflight Vms:Everywhere Nodes PassthroughRules",
        ),
        ("15-m5-canaries", "Ccm Network Subnets Router Firewalls Operations Traffic Vms:Named Nodes"),
        ("41-after-migration", "Ccm Network Subnets Router Firewalls Traffic Vms:Repairable"),
        ("N4-repair", "Ccm Network Subnets Router Firewalls Traffic Vms:Repairable Nodes"),
        ("N7-repair-api-silent", "Ccm Network Subnets Router Firewalls Traffic Vms:Repairable Nodes"),
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

/// What the preflight reads, in words; none if it reads nothing.
fn looks(case: &str) -> Option<String> {
    let (target, seen) = world(case);
    let reads = plan::preflight(&target, &seen.state, &seen.cloud, plan::moment(&seen.state))?;
    let at = reads.vm.map_or("no VM".to_owned(), |vm| vm.name.to_string());
    Some(format!(
        "{:?} {:?} {:?}, {} permissions in the project, at {} and {at}",
        reads.missing_subnets.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
        reads.peerings,
        reads.routers,
        reads.permissions.len(),
        reads.subnet
    ))
}

#[test]
fn the_preflight_reads_where_a_migration_may_begin_and_nowhere_else() {
    let vm = "shoot--p--a-one-z1-abcde-node0";
    let nodes = "10 permissions in the project, at shoot--p--a-nodes";
    let services = r#"["shoot--p--a-services"]"#;
    for (case, wanted) in [
        ("10-before-migration", Some(format!("{services} [] Region, {nodes} and {vm}"))),
        ("71-warned", Some(format!(r#"{services} ["to-onprem"] Region, {nodes} and {vm}"#))),
        ("47-overlay", Some(format!("[] [] Region, {nodes} and {vm}"))),
        ("H5-refused-pods-forbidden", Some(format!("{services} [] Region, {nodes} and no VM"))),
        ("03-converged-ipv4", None),
        ("04-new-dual-stack", None),
        ("15-m5-canaries", None),
        ("29-m9-wave", None),
        ("41-after-migration", None),
        ("43-reverted-while-preparing", None),
        ("A0-teardown-own", None),
    ] {
        assert_eq!(looks(case), wanted, "{case}");
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
