//! A small network to test in: constructors with short names, nothing else.

use std::net::Ipv4Addr;
use std::time::Duration;

use fake_gcp::dataplane::{
    Cause, Change, Lag, Lags, NetworkRef, NextHop, PolicyFact, RouteFact, Settings, SubnetRef, VmRef, Watch,
    What,
};
use fake_gcp::time::Instant;
use ipnet::Ipv4Net;

/// `10.0.<third>.<fourth>/<prefix>`.
pub(crate) const fn net(third: u8, fourth: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, third, fourth), prefix)
}

/// The pod range of the shoot.
pub(crate) const PODS: Ipv4Net = net(0, 0, 16);
/// The range that is watched, on VM `a`.
pub(crate) const RANGE: Ipv4Net = net(1, 0, 24);

pub(crate) fn ms(millis: i64) -> Instant {
    Instant::from_micros(millis * 1000)
}

pub(crate) fn vm(name: &str) -> VmRef {
    VmRef { project: "p".into(), zone: "europe-west1-b".into(), name: name.into() }
}

pub(crate) fn network(name: &str) -> NetworkRef {
    NetworkRef { project: "p".into(), name: name.into() }
}

pub(crate) fn subnet() -> SubnetRef {
    SubnetRef { project: "p".into(), region: "europe-west1".into(), name: "nodes".into() }
}

pub(crate) fn watch(name: &str, range: Ipv4Net) -> Watch {
    Watch { vm: vm(name), range }
}

pub(crate) fn vm_added(name: &str) -> What {
    vm_that(name, true)
}

/// A VM that runs or not.
pub(crate) fn vm_that(name: &str, running: bool) -> What {
    What::VmAdded {
        vm: vm(name),
        network: network("vpc"),
        guest_ip_aliases: false,
        can_ip_forward: true,
        running,
    }
}

pub(crate) fn vm_removed(name: &str) -> What {
    What::VmRemoved { vm: vm(name) }
}

/// A route as the cloud-controller-manager makes it.
pub(crate) fn node_route(name: &str, dest: Ipv4Net, to: &str) -> RouteFact {
    RouteFact {
        network: network("vpc"),
        name: name.into(),
        dest,
        next_hop: NextHop::Vm(vm(to)),
        tags: false,
        priority: 1000,
    }
}

pub(crate) fn route(name: &str, dest: Ipv4Net, to: &str) -> What {
    What::RouteAdded(node_route(name, dest, to))
}

pub(crate) fn no_route(name: &str) -> What {
    What::RouteRemoved { network: network("vpc"), name: name.into() }
}

/// A policy-based route to a load balancer, or to the other routes.
pub(crate) fn policy(name: &str, source: Ipv4Net, dest: Ipv4Net, priority: u32, away: bool) -> What {
    What::PolicyRouteAdded(PolicyFact {
        network: network("vpc"),
        name: name.into(),
        source,
        dest,
        priority,
        leads_elsewhere: away,
    })
}

pub(crate) fn no_policy(name: &str) -> What {
    What::PolicyRouteRemoved { network: network("vpc"), name: name.into() }
}

pub(crate) fn flag(on: bool) -> What {
    What::OverlapFlag { subnet: subnet(), on }
}

pub(crate) fn range(cidr: Ipv4Net) -> What {
    What::RangeAdded { subnet: subnet(), network: network("vpc"), range_name: "pods".into(), cidr }
}

pub(crate) fn no_range() -> What {
    What::RangeRemoved { subnet: subnet(), range_name: "pods".into() }
}

pub(crate) fn alias(name: &str, cidr: Ipv4Net) -> What {
    What::AliasAdded { vm: vm(name), subnet: subnet(), range_name: "pods".into(), cidr }
}

pub(crate) fn no_alias(name: &str, cidr: Ipv4Net) -> What {
    What::AliasRemoved { vm: vm(name), cidr }
}

pub(crate) fn change(seq: u64, started_ms: i64, done_ms: i64, what: What) -> Change {
    let cause = Cause { seq, method: format!("method-{seq}"), target: format!("target-{seq}") };
    Change { started: ms(started_ms), done: ms(done_ms), cause, what }
}

pub(crate) fn seconds(seconds: u64) -> Lag {
    Lag::fixed(Duration::from_secs(seconds))
}

pub(crate) fn settings(lags: Lags) -> Settings {
    Settings { lags, ..Settings::default() }
}
