//! What others do while time passes: IPv6 ranges arrive, pods end, the resource manager obeys, the cloud-controller-manager makes routes.

use std::time::Duration;

use ipnet::Ipv4Net;
use jiff::Timestamp;
use planner::snapshot::{CcmPod, ManagedResource, NextHop, Route, StackType};
use planner::vocabulary::VmRef;

use super::world::World;

/// How long others take, and how they are.
#[derive(Clone, Debug)]
pub(crate) struct Nature {
    /// Seconds until a new IPv6 range can be read.
    pub(crate) prefix: u64,
    /// Whether the shoot's own API does not answer.
    pub(crate) silent: bool,
    /// Seconds until the resource manager obeys.
    pub(crate) obey: u64,
    /// Seconds until a pod of the cloud-controller-manager has ended.
    pub(crate) end: u64,
    /// Seconds until the cloud-controller-manager sees that a node has no route.
    pub(crate) route: u64,
    /// Seconds that the insert of a route is under way.
    pub(crate) insert: u64,
    /// Whether Google lets routes be made inside the pod range while the overlap flag is on; nobody knows.
    pub(crate) inserts_beside_range: bool,
    /// Whether the shoot is hibernated, so that its cloud-controller-manager does not run.
    pub(crate) hibernated: bool,
}

impl Default for Nature {
    fn default() -> Self {
        Self {
            prefix: 6,
            silent: false,
            obey: 4,
            end: 4,
            route: 6,
            insert: 2,
            inserts_beside_range: true,
            hibernated: false,
        }
    }
}

/// The longest time that passes unseen.
const STEP: Duration = Duration::from_secs(5);

impl World {
    /// Lets time pass until `until`.
    pub(crate) fn pass_time(&mut self, until: Timestamp) {
        while self.at < until {
            self.at = self.at.checked_add(STEP).unwrap().min(until);
            self.happen();
        }
    }

    /// Whether what began when `goes_on` became true has gone on for `seconds`.
    fn due(&mut self, what: &str, goes_on: bool, seconds: u64) -> bool {
        if !goes_on {
            self.timers.remove(what);
            return false;
        }
        let since = *self.timers.entry(what.to_owned()).or_insert(self.at);
        since.checked_add(Duration::from_secs(seconds)).unwrap() <= self.at
    }

    fn happen(&mut self) {
        self.late_lands();
        self.prefixes();
        self.resource_manager();
        self.pods_of_ccm();
        self.inserts_end();
        self.ccm_works();
    }

    fn prefixes(&mut self) {
        for index in 0..self.cloud.subnets.len() {
            let subnet = &self.cloud.subnets[index];
            let awaited = subnet.stack == StackType::DualExternal && subnet.ipv6_prefix.is_none();
            let key = format!("prefix of {}", subnet.name);
            if self.due(&key, awaited, self.nature.prefix) {
                let prefix = format!("2600:1900:4180:{index}::/64");
                self.cloud.routes.push(Route {
                    name: format!("subnet-ipv6-{index}").into(),
                    destination: prefix.parse().unwrap(),
                    next_hop: NextHop::Subnet,
                    description: String::new(),
                    tags: Vec::new(),
                    priority: 0,
                });
                let subnet = &mut self.cloud.subnets[index];
                subnet.ipv6_prefix = Some(prefix);
                subnet.fingerprint.clear();
                self.renew_fingerprints();
            }
        }
    }

    fn resource_manager(&mut self) {
        let Some(resource) = self.ccm.managed_resource else { return };
        if self.due("ignored", resource.ignore && !resource.ignored, self.nature.obey) {
            self.ccm.managed_resource = Some(ManagedResource { ignored: true, ..resource });
        }
        let applies =
            !self.nature.hibernated && !resource.ignore && (resource.ignored || self.ccm.replicas == Some(0));
        if self.due("applied", applies, self.nature.obey) {
            self.ccm.managed_resource = Some(ManagedResource { ignored: false, ..resource });
            self.ccm.replicas = self.ccm.replicas.map(|_| 1);
        }
    }

    fn pods_of_ccm(&mut self) {
        let (wanted, present) =
            (self.ccm.replicas.unwrap_or(0) > 0 && !self.nature.hibernated, !self.ccm.pods.is_empty());
        if self.due("pods end", !wanted && present, self.nature.end) {
            self.ccm.pods.clear();
        }
        if self.due("pods start", wanted && !present, 4) {
            self.ccm.pods = vec![CcmPod { name: "ccm-1".to_owned(), makes_routes: self.ccm.makes_routes }];
        }
    }

    /// Whether Google lets a route to `range` be made.
    pub(crate) fn may_be_routed(&self, range: Ipv4Net) -> bool {
        let mut subnets = self.cloud.subnets.iter();
        let inside = subnets.find(|subnet| {
            subnet.range.contains(&range) || subnet.secondary.iter().any(|other| other.range.contains(&range))
        });
        inside.is_none_or(|subnet| subnet.overlap && self.nature.inserts_beside_range)
    }

    fn inserts_end(&mut self) {
        let (ended, going): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.inserts).into_iter().partition(|(.., until)| *until <= self.at);
        self.inserts = going;
        for (vm, range, _) in ended {
            if self.cloud.vms.contains_key(&vm) && self.may_be_routed(range) {
                self.make_route(&vm, range);
            }
        }
    }

    /// The cloud-controller-manager makes the routes that nodes lack, and deletes those whose Node is gone.
    fn ccm_works(&mut self) {
        let works = self.ccm.pods.iter().any(|pod| pod.makes_routes);
        let nodes: Vec<(VmRef, Ipv4Net)> =
            self.nodes.iter().map(|(vm, range)| (vm.clone(), *range)).collect();
        for (vm, range) in nodes {
            let under_way = self.inserts.iter().any(|(other, ..)| *other == vm);
            let lacks =
                works && !under_way && !self.has_route(&vm, range) && self.cloud.vms.contains_key(&vm);
            if self.due(&format!("route to {vm}"), lacks, self.nature.route) {
                self.timers.remove(&format!("route to {vm}"));
                self.inserts.push((vm, range, self.later(self.nature.insert)));
            }
        }
        let stale = self.node_routes().find(|(_, to, vm)| self.nodes.get(*vm) != Some(to) && is_of_shoot(vm));
        let stale = stale.map(|(route, ..)| route.name.clone());
        if self.due("stale route", works && stale.is_some(), 60) {
            self.cloud.routes.retain(|route| Some(&route.name) != stale.as_ref());
        }
    }
}

/// Whether a VM is called as the shoot's are. The neighbour's cloud-controller-manager minds its own routes.
fn is_of_shoot(vm: &VmRef) -> bool {
    vm.name.starts_with("shoot--p--a-")
}
