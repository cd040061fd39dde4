//! Evidence by which a plan is judged, derived from target and snapshot without any help of the planner's.

use ipnet::{IpNet, Ipv4Net};

use super::nodes::Nodes;
use super::others::Others;
use super::pods::Pods;
use super::pools::Proven;
use super::rule::{Breach, Rule};
use crate::desired::{Goal, Ownership, Target};
use crate::journal::{Entry, Journal, Settling, State};
use crate::plan::resource::{Place, ResourceRef};
use crate::plan::{Action, Course, Step, StepId};
use crate::snapshot::{Ccm, Network, NextHop, Route, Settings, Snapshot, Subnet};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose, VmRef, subnet_name};

/// The evidence by which a plan is judged.
pub(super) struct Evidence<'a> {
    pub(super) steps: &'a [Step],
    /// The target in effect on the course.
    pub(super) target: &'a Target,
    /// The target as the documents ask for it.
    pub(super) asked: &'a Target,
    pub(super) seen: &'a Snapshot,
    pub(super) course: Course,
    pub(super) settings: &'a Settings,
    /// The state that the plan writes; `None` if it writes none.
    pub(super) write: Option<&'a State>,
    /// The step that writes it.
    pub(super) write_step: Option<&'a StepId>,
    /// Whether the plan writes nothing but that a freeze was taken back.
    pub(super) ends_release: bool,
    /// The routes and aliases that lead to pods.
    pub(super) pods: Pods<'a>,
    /// The shoot's Nodes.
    pub(super) nodes: Nodes<'a>,
    /// The worker pools of which a VM shows already what a change of its aliases does.
    pub(super) proven: Proven<'a>,
    /// The things of others in a VPC of the shoot's own.
    pub(super) others: Others<'a>,
}

impl<'a> Evidence<'a> {
    /// Whether pods on `vm` can lose their connection by its alias: the range that its Node has is reached, or any where its Node does not
    /// tell, and it is not said to have no Node.
    pub(super) fn serves(&self, vm: &VmRef) -> bool {
        let reached = match self.nodes.range(vm) {
            Some(range) => self.pods.has_route(vm, range) || self.pods.bears(vm, range),
            None => self.pods.is_reached(vm),
        };
        reached && !self.nodes.has_none(vm)
    }

    pub(super) fn new(
        steps: &'a [Step],
        target: &'a Target,
        asked: &'a Target,
        seen: &'a Snapshot,
        course: Course,
        settings: &'a Settings,
    ) -> Self {
        let write = steps.iter().find_map(|step| match &step.action {
            Action::WriteState(state) => Some((&step.id, &**state)),
            Action::Insert { .. }
            | Action::Patch { .. }
            | Action::Delete { .. }
            | Action::SetNats { .. }
            | Action::SetAliases { .. }
            | Action::TakeWords { .. }
            | Action::IgnoreControlPlane { .. }
            | Action::ScaleCcm { .. } => None,
        });
        let pods = Pods::of(target, seen);
        let others = Others::of(target, seen, &pods);
        let proven = Proven::of(target, seen, &pods);
        let (write_step, write) = write.unzip();
        let ends_release = ends_release(&seen.state, write);
        Self {
            steps,
            target,
            asked,
            seen,
            course,
            settings,
            write,
            write_step,
            ends_release,
            pods,
            nodes: Nodes::of(target, seen),
            proven,
            others,
        }
    }

    /// The state as it is stored once the plan's write of it is done; `None`: nothing is stored, and the plan writes nothing.
    pub(super) fn recorded(&self) -> Option<&'a State> {
        self.write.or_else(|| Some(&self.seen.state).filter(|state| !state.unwritten))
    }

    /// The state as it is once the plan's write of it is done. A state that is not stored yet counts as it is going to be.
    pub(super) fn after(&self) -> &'a State {
        self.write.unwrap_or(&self.seen.state)
    }

    /// The shoot's VPC.
    pub(super) fn network(&self) -> Option<&'a Network> {
        self.seen.cloud.network.as_ref().filter(|network| network.name == self.target.network.name)
    }

    /// Whether the VPC was made for this shoot.
    pub(super) fn owns_network(&self) -> bool {
        let network = &self.target.network;
        network.ownership == Ownership::Own && network.name == *self.target.cluster
    }

    /// Whether the shoot is being deleted.
    pub(super) fn leaves(&self) -> bool {
        self.target.goal == Goal::Absent
    }

    /// Demands that `object` be in the shoot's region.
    pub(super) fn in_region(&self, object: &ResourceRef) -> Result<(), Breach> {
        let region = &self.target.region;
        Rule::Place.demands(object.place == Place::Region(region.clone()), || {
            format!("it is not in the region {region}")
        })
    }

    /// Demands that `object` be global.
    pub(super) fn global(&self, object: &ResourceRef) -> Result<(), Breach> {
        Rule::Place.demands(object.place == Place::Global, || "things like it are in no place")
    }

    /// Demands that `url` be the URL of the shoot's VPC, as it was read.
    pub(super) fn in_our_vpc(&self, url: &str) -> Result<(), Breach> {
        let holds = self.network().is_some_and(|network| network.url == url);
        Rule::InOurVpc.demands(holds, || format!("{url} is not the shoot's VPC"))
    }

    /// The subnet for `purpose`, if it was seen.
    pub(super) fn subnet(&self, purpose: Purpose) -> Option<&'a Subnet> {
        let name = subnet_name(&self.target.cluster, purpose);
        self.seen
            .cloud
            .subnets
            .iter()
            .find(|subnet| subnet.region == self.target.region && subnet.name == name)
    }

    /// Whether the nodes subnet has the pod range.
    pub(super) fn has_pod_range(&self) -> bool {
        let has = |subnet: &Subnet| {
            let mut ranges = subnet.secondary.iter();
            ranges.any(|range| range.name == POD_RANGE_NAME && Some(range.range) == self.target.pods)
        };
        self.subnet(Purpose::Nodes).is_some_and(has)
    }

    /// Whether aliases may be taken back: to IPv4, or to make way for routes of new nodes during a hold.
    pub(super) fn makes_way(&self) -> bool {
        self.course.goes_back() || self.course == Course::Held
    }

    /// Whether IPv6 comes first, as the journal says how each subnet stood before.
    pub(super) fn gives_ipv6(&self) -> bool {
        self.course == (Course::Preparing { begun: true }) && self.seen.state.journal.made.is_some()
    }

    /// The name of a route of anyone that lies inside a range of `subnet`, primary or secondary.
    pub(super) fn route_inside(&self, subnet: &Subnet) -> Option<String> {
        let ranges: Vec<Ipv4Net> =
            std::iter::once(subnet.range).chain(subnet.secondary.iter().map(|range| range.range)).collect();
        let inside = |route: &&Route| match route.destination {
            IpNet::V4(destination) => {
                route.next_hop != NextHop::Subnet && ranges.iter().any(|range| range.contains(&destination))
            }
            IpNet::V6(_) => false,
        };
        self.seen.cloud.routes.iter().find(inside).map(|route| route.name.to_string())
    }

    /// Whether the alias of `entry` was read back, its VM is confirmed gone, or Nodes say that the range is not that of the VM.
    pub(super) fn is_covered(&self, entry: &Entry) -> bool {
        self.pods.bears(&entry.vm, entry.range)
            || self.seen.cloud.gone.contains(&entry.vm)
            || self.nodes.deny(&entry.vm, entry.range)
    }

    /// Whether anything could make a route of the shoot anew: the cloud-controller-manager, now or after the resource manager's next
    /// round, or an insert that is under way.
    pub(super) fn may_gain_routes(&self) -> bool {
        self.may_make_routes() || self.seen.cloud.route_inserts_in_flight > 0
    }

    /// Whether the cloud-controller-manager could make a route, now or after the resource manager's next round.
    pub(super) fn may_make_routes(&self) -> bool {
        let Ccm { replicas, makes_routes, pods, managed_resource, .. } = &self.seen.ccm;
        let left_alone = managed_resource
            .is_none_or(|resource| resource.ignore && resource.remove_ignore && resource.ignored);
        let may_start = replicas.is_some_and(|replicas| replicas != 0 || !left_alone);
        pods.iter().any(|pod| pod.makes_routes) || (*makes_routes && may_start)
    }

    /// Whether the stored state has waited for `milestone` for at least `wait`.
    pub(super) fn has_settled(&self, milestone: Milestone, wait: std::time::Duration) -> bool {
        let passed = |settling: &Settling| {
            settling.step == milestone
                && settling.since <= self.seen.at
                && settling.since.checked_add(wait).is_ok_and(|until| until <= self.seen.since)
        };
        self.seen.state.journal.settling.as_ref().is_some_and(passed)
    }

    /// The time that aliases are given to reach every host.
    pub(super) fn alias_settle(&self) -> std::time::Duration {
        let aliases = u32::try_from(self.seen.state.journal.entries.len()).unwrap_or(u32::MAX);
        self.settings.settle.max(self.settings.settle_per_alias.saturating_mul(aliases))
    }
}

/// Whether `write` says nothing but that a freeze was taken back.
fn ends_release(before: &State, write: Option<&State>) -> bool {
    let Some(written) = write.filter(|_| before.journal.releasing) else { return false };
    let journal = Journal { releasing: false, frozen_at: None, ..before.journal.clone() };
    *written == State { journal, ..before.clone() }
}
