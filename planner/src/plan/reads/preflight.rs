//! The reads of the preflight: what is looked at only before a migration begins, and once more before its point of no return.
//!
//! They are many calls and some of other APIs, so no other pass makes any of them.

use super::routed;
use crate::desired::{Goal, Target};
use crate::journal::{Phase, State};
use crate::snapshot::Cloud;
use crate::vocabulary::{Milestone, POD_RANGE_NAME, ResourceName, VmRef, Word};

/// The permissions that a migration needs, forth and back.
const PERMISSIONS: [&str; 10] = [
    "compute.firewalls.create",
    "compute.firewalls.delete",
    UPDATE_INTERFACE,
    "compute.networks.updatePolicy",
    "compute.routes.delete",
    "compute.subnetworks.create",
    "compute.subnetworks.delete",
    "compute.subnetworks.update",
    "compute.subnetworks.use",
    "compute.subnetworks.useExternalIp",
];
/// The permission that a VM can be asked for.
const UPDATE_INTERFACE: &str = "compute.instances.updateNetworkInterface";
/// The permissions that a subnet can be asked for.
const AT_SUBNET: [&str; 4] = [
    "compute.subnetworks.delete",
    "compute.subnetworks.update",
    "compute.subnetworks.use",
    "compute.subnetworks.useExternalIp",
];
/// The dynamic routing mode of a VPC in which routers of all regions count.
const GLOBAL: &str = "GLOBAL";

/// A moment at which a migration is judged with errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing is recorded yet.
    Begin,
    /// All is done that can be taken back, and the point of no return comes next.
    NoReturn,
}

/// The extent of a list of Cloud Routers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouterScope {
    /// The routers in the shoot's region.
    Region,
    /// The routers in all regions, as what they learn counts everywhere.
    Everywhere,
}

/// What the preflight reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreflightReads {
    /// The subnets that are still to be made: each may have a namesake.
    pub missing_subnets: Vec<ResourceName>,
    /// The peerings whose routes are listed.
    pub peerings: Vec<String>,
    /// The Cloud Routers that may have learned routes.
    pub routers: RouterScope,
    /// The permissions that the project is asked for.
    pub permissions: Vec<&'static str>,
    /// The subnet that is asked for those of them that it can tell, where the project does not have them.
    pub subnet: ResourceName,
    /// The VM that is asked in the same way; none if there is none of the shoot's.
    pub vm: Option<VmRef>,
    /// Whether what is not told may be proven then by a deletion that deletes nothing.
    pub proves: bool,
}

/// The moment that `state` allows, if it is one. The second is when all aliases are given time to settle, or have settled.
pub fn moment(state: &State) -> Option<Moment> {
    let settles = state.journal.settling.is_some_and(|settling| settling.step == Milestone::Settle);
    match state.journal.phase {
        None => Some(Moment::Begin),
        Some(Phase::Preparing) => settles.then_some(Moment::NoReturn),
        Some(Phase::Deleting | Phase::Undoing) => None,
    }
}

/// What the preflight reads, given subnets, routes and VMs of `seen`; none where there is nothing to migrate, or another moment.
pub fn preflight(
    target: &Target,
    state: &State,
    seen: &Cloud,
    moment: Option<Moment>,
) -> Option<PreflightReads> {
    let wanted = target.goal == Goal::Present && target.dual_stack && !rests(target, state);
    let moment = moment.filter(|_| wanted)?;
    let network = seen.network.as_ref()?;
    let nodes = seen.subnet(&target.region, &target.nodes_subnet())?;
    let pods_here = nodes.secondary.iter().any(|range| range.name == POD_RANGE_NAME);
    let pending = routed(target, seen).next().is_some() || !state.journal.is_empty() || !pods_here;
    pending.then(|| PreflightReads {
        missing_subnets: target
            .subnets
            .iter()
            .filter(|wanted| seen.subnet(&target.region, &wanted.name).is_none())
            .map(|wanted| wanted.name.clone())
            .collect(),
        peerings: network
            .peerings
            .iter()
            .filter(|peering| peering.active)
            .map(|peering| peering.name.clone())
            .collect(),
        routers: if network.routing_mode == GLOBAL { RouterScope::Everywhere } else { RouterScope::Region },
        permissions: PERMISSIONS.to_vec(),
        subnet: nodes.name.clone(),
        vm: seen.vms.values().find(|vm| vm.has_tag(&target.cluster)).map(|vm| vm.id.clone()),
        proves: moment == Moment::NoReturn,
    })
}

/// Whether a migration that is needed would not begin.
fn rests(target: &Target, state: &State) -> bool {
    let said = |word| target.said.say(word);
    target.going
        || said(Word::Hold)
        || said(Word::Undo)
        || (state.lasting.refused.is_some() && !said(Word::TryAgain))
        || (state.lasting.canary_failed.is_some() && !said(Word::CanaryAgain) && !said(Word::SkipNodeCheck))
}

/// Whether a subnet can be asked for `permission`.
pub fn at_subnet(permission: &str) -> bool {
    AT_SUBNET.contains(&permission)
}

/// Whether a VM can be asked for `permission`.
pub fn at_vm(permission: &str) -> bool {
    permission == UPDATE_INTERFACE
}
