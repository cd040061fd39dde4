//! The comparison of an expected snapshot with a read one. This file names everything that is not compared, with the reason.

use std::collections::BTreeSet;

use ipnet::IpNet;
use planner::desired::Target;
use planner::journal::State;
use planner::snapshot::{
    Ccm, NextHop, Part, PassthroughRules, Preflight, Reading, Route, Snapshot, StackType,
};
use serde_json::{Map, Value};

use super::configuration::REGION;
use super::sandbox::whole;

/// The beginning of the URLs in Google's replies.
const HOST: &str = "https://www.googleapis.com/compute/v1/";
/// Fields that Google adds to every resource.
const ADDED_TO_ALL: [&str; 4] = ["kind", "id", "creationTimestamp", "selfLink"];
/// Fields that Google adds to a firewall rule without them, with their values in JSON.
const ADDED_TO_RULES: [(&str, &str); 3] =
    [("description", r#""""#), ("logConfig", r#"{"enable":false}"#), ("enableLogging", "false")];
/// Fields that Google adds to a NAT without them, with their values in JSON.
const ADDED_TO_NATS: [(&str, &str); 4] = [
    ("type", r#""PUBLIC""#),
    ("autoNetworkTier", r#""PREMIUM""#),
    ("endpointTypes", r#"["ENDPOINT_TYPE_VM"]"#),
    ("enableEndpointIndependentMapping", "false"),
];
/// A field of a NAT that Google derives from another one.
const EFFECTIVE_TIMEOUT: &str = "effectiveTcpTimeWaitTimeoutSec";

/// The circumstances of both looks.
pub(super) struct Comparison<'a> {
    /// The target, which decides what a look reads.
    pub(super) target: &'a Target,
    /// The state before the actions, which decides what a look reads.
    pub(super) state: &'a State,
    /// The subnets that have a hidden configuration of flow logs, because flow logs were on before or were configured while off.
    pub(super) hidden_logs: &'a BTreeSet<String>,
}

impl Comparison<'_> {
    /// Asserts that the `expected` snapshot is the one that was `read`.
    pub(super) fn assert_same(&self, mut expected: Snapshot, mut read: Snapshot, what: &str) {
        self.align(&mut expected, &mut read);
        let (one, other) = (&expected.cloud, &read.cloud);
        assert_eq!(one.network, other.network, "network, {what}");
        assert_eq!(one.subnets, other.subnets, "subnets, {what}");
        assert_eq!(one.router, other.router, "router, {what}");
        assert_eq!(one.addresses, other.addresses, "addresses, {what}");
        assert_eq!(one.firewalls, other.firewalls, "firewall rules, {what}");
        assert_eq!(one.routes, other.routes, "routes, {what}");
        assert_eq!(one.vms, other.vms, "VMs, {what}");
        assert_eq!(one.service_account, other.service_account, "service account, {what}");
        assert_eq!(expected.ccm, read.ccm, "cloud-controller-manager, {what}");
        assert_eq!(expected.state, read.state, "state, {what}");
        assert_eq!(expected, read, "everything else, {what}");
    }

    /// Whether both snapshots are the same apart from fingerprints.
    pub(super) fn is_same_content(&self, mut expected: Snapshot, mut read: Snapshot) -> bool {
        expected.cloud.subnets.iter_mut().for_each(|subnet| subnet.fingerprint.clear());
        expected.cloud.vms.values_mut().for_each(|vm| vm.nic.fingerprint.clear());
        expected.ccm.deployment_version.clear();
        expected.ccm.managed_resource_version.clear();
        self.align(&mut expected, &mut read);
        expected == read
    }

    /// Removes the differences that are allowed.
    fn align(&self, expected: &mut Snapshot, read: &mut Snapshot) {
        // The instants of the look: an effect takes no time.
        (expected.since, expected.at) = (read.since, read.at);
        self.align_unread(expected, read);
        self.align_flow_logs(expected, read);
        align_choices_of_google(expected, read);
        align_versions(&mut expected.ccm, &read.ccm);
        for snapshot in [expected, read] {
            spell(snapshot);
            sort(snapshot);
        }
    }

    /// Removes what the look did not read, because no decision depends on it:
    /// - routes of an IPv4 shoot, and the service account where none is wanted;
    /// - VMs and the subnets of other regions, if nothing is to be migrated in one of the snapshots;
    /// - VMs that are confirmed gone, as who is asked for by name follows from the routes;
    /// - the number of passthrough rules, and what the preflight looks at beside all else, as no action changes it.
    fn align_unread(&self, expected: &mut Snapshot, read: &mut Snapshot) {
        let reads = whole(self.target, self.state);
        (expected.ccm.rights, read.ccm.rights) = (Reading::Unread, Reading::Unread);
        let (one, other) = (&mut expected.cloud, &mut read.cloud);
        if !reads.has(Part::Traffic) {
            one.routes.clear();
        }
        if !reads.has(Part::ServiceAccount) {
            one.service_account = None;
        }
        if one.vms.is_empty() || other.vms.is_empty() {
            one.vms.clear();
            other.vms.clear();
        }
        for cloud in [one, other] {
            cloud.subnets.retain(|subnet| subnet.region == REGION);
            cloud.gone.clear();
            cloud.passthrough_rules = PassthroughRules::default();
            cloud.preflight = Preflight::default();
        }
    }

    /// Removes the configuration of flow logs that were turned on where a snapshot could not show the hidden one.
    fn align_flow_logs(&self, expected: &mut Snapshot, read: &mut Snapshot) {
        for subnet in expected.cloud.subnets.iter_mut().filter(|subnet| subnet.flow_logs.is_some()) {
            let other = read.cloud.subnet(&subnet.region, &subnet.name);
            let logs = other.and_then(|other| other.flow_logs.as_ref());
            if let Some(logs) = logs.filter(|_| self.hidden_logs.contains(subnet.name.as_str())) {
                subnet.flow_logs = Some(logs.clone());
            }
        }
    }
}

/// Removes what only the seed can choose: the versions of changed objects.
fn align_versions(expected: &mut Ccm, read: &Ccm) {
    for (version, other) in [
        (&mut expected.deployment_version, &read.deployment_version),
        (&mut expected.managed_resource_version, &read.managed_resource_version),
    ] {
        if version.is_empty() {
            version.clone_from(other);
        }
    }
}

/// Removes what only Google can choose: the fingerprint of a changed resource, the name of a route that Google created, and an IPv6
/// range with its route.
fn align_choices_of_google(expected: &mut Snapshot, read: &mut Snapshot) {
    let mut new_ranges = BTreeSet::new();
    for subnet in &mut expected.cloud.subnets {
        let Some(other) = read.cloud.subnet_mut(&subnet.region, &subnet.name) else { continue };
        if subnet.stack == StackType::DualExternal && subnet.ipv6_prefix.is_none() {
            new_ranges.extend(other.ipv6_prefix.take().map(|range| range.parse::<IpNet>().unwrap()));
        }
        if subnet.fingerprint.is_empty() {
            subnet.fingerprint.clone_from(&other.fingerprint);
        }
    }
    for vm in expected.cloud.vms.values_mut().filter(|vm| vm.nic.fingerprint.is_empty()) {
        if let Some(other) = read.cloud.vm(&vm.id) {
            vm.nic.fingerprint.clone_from(&other.nic.fingerprint);
        }
    }
    let routes = &mut read.cloud.routes;
    routes.retain(|route| route.next_hop != NextHop::Subnet || !new_ranges.contains(&route.destination));
    let way = |route: &Route| (route.destination, route.next_hop.clone());
    for route in expected.cloud.routes.iter_mut().filter(|route| route.name.starts_with("unread/")) {
        if let Some(other) = routes.iter().find(|other| way(other) == way(route)) {
            route.name.clone_from(&other.name);
        }
    }
}

/// Removes what Google adds to NATs and firewall rules, and the host of URLs.
fn spell(snapshot: &mut Snapshot) {
    for rule in &mut snapshot.cloud.firewalls {
        rule.fields.retain(|field, _| !ADDED_TO_ALL.contains(&field.as_str()));
        for (field, value) in ADDED_TO_RULES {
            rule.fields.entry(field).or_insert_with(|| serde_json::from_str(value).unwrap());
        }
    }
    for nat in snapshot.cloud.router.iter_mut().flat_map(|router| &mut router.nats) {
        nat.remove(EFFECTIVE_TIMEOUT);
        for (field, value) in ADDED_TO_NATS {
            nat.entry(field).or_insert_with(|| serde_json::from_str(value).unwrap());
        }
        paths(nat);
    }
}

/// Replaces URLs by their paths.
fn paths(fields: &mut Map<String, Value>) {
    fn path(value: &mut Value) {
        match value {
            Value::String(url) => *url = url.strip_prefix(HOST).unwrap_or(url).to_owned(),
            Value::Array(items) => items.iter_mut().for_each(path),
            Value::Object(fields) => paths(fields),
            _ => {}
        }
    }
    fields.values_mut().for_each(path);
}

/// Sorts the lists whose order is up to Google. Secondary ranges and NATs keep the order in which they were sent.
fn sort(snapshot: &mut Snapshot) {
    let cloud = &mut snapshot.cloud;
    cloud.network.iter_mut().for_each(|network| network.subnets.sort());
    cloud.subnets.sort_by(|one, other| one.name.cmp(&other.name));
    cloud.firewalls.sort_by(|one, other| one.name.cmp(&other.name));
    cloud.routes.sort_by(|one, other| one.name.cmp(&other.name));
    for vm in cloud.vms.values_mut() {
        vm.nic.aliases.sort_by_key(|alias| alias.range);
    }
}
