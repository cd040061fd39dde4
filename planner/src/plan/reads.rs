//! Reads: what an observation has to read, decided from the target and the state before anything is read.
//!
//! What depends on routes is decided as soon as these are known, by the functions at the end.

mod preflight;

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::course::is_left_over;
use super::pools::worker_pool;
use crate::desired::{Goal, Ownership, Target};
use crate::journal::{Canary, Entry, Phase, State};
use crate::snapshot::{Cloud, NextHop, Part, Parts, Route};
pub use preflight::{Moment, PreflightReads, RouterScope, at_subnet, at_vm, moment, preflight};

use crate::vocabulary::{POD_RANGE_NAME, Purpose, VmRef, is_name, subnet_name};

/// What one observation reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadSet {
    /// Whether the cloud-controller-manager is read.
    pub ccm: bool,
    /// The parts of the cloud that are read; the others are as they were seen before.
    pub parts: Parts,
    /// The parts of them that the decision can do without, if they cannot be read.
    pub dispensable: Parts,
    /// Whether a permission may be proven by a call that would change something if it were not about a name that nobody has.
    pub proves: bool,
}

impl ReadSet {
    /// Whether `part` is read.
    pub fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// Whether the decision can do without `part`.
    pub fn can_do_without(&self, part: Part) -> bool {
        self.dispensable.contains(&part)
    }
}

/// The extent of a list of VMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VmScope {
    /// No list: nothing depends on VMs.
    None,
    /// All VMs in the shoot's region.
    Region,
    /// The VMs in the shoot's region whose names begin with the Cluster's.
    Named,
    /// The same, if they can be listed: nothing is to be migrated, and nodes that cannot be seen are not repaired.
    Repairable,
    /// All VMs of the project, and all subnets of the VPC.
    Everywhere,
}

/// The parts of the cloud that the first observation of a run asks for. Operations under way matter from the beginning only during a
/// migration.
pub fn whole(state: &State) -> Parts {
    let more = if state.journal.phase.is_none() { Part::Preflight } else { Part::Operations };
    Part::STANDING.into_iter().chain([more]).collect()
}

/// What an observation reads that is asked for `parts`, after `kept` was seen.
pub fn reads(target: &Target, state: &State, kept: &Cloud, parts: &Parts) -> ReadSet {
    let stands = target.goal == Goal::Present;
    let committed = state.is_committed_to_dual_stack();
    let matters = |part: &Part| match part {
        Part::Network | Part::Subnets | Part::Firewalls | Part::Operations => true,
        Part::Addresses => stands && !target.nat.addresses.is_empty(),
        // A router that was never made, as its name would be too long, cannot be asked for either.
        Part::Router => is_name(&target.router.name),
        Part::Traffic => concerns_pod_traffic(target, state, kept),
        Part::Preflight => stands && target.dual_stack && preflight::moment(state).is_some(),
        // With the traffic its VMs are read anew, and these are not all that keep a VPC.
        Part::Leftovers => !stands,
        // Past the point of no return nobody asks for it, and an IAM that does not answer must not hold the migration up.
        Part::ServiceAccount => target.service_account && !(stands && committed),
    };
    let with_traffic = parts.contains(&Part::Traffic).then_some(Part::Leftovers);
    let parts: Parts = parts.iter().copied().chain(with_traffic).filter(matters).collect();
    let can_go_without = |part: &Part| match part {
        // Past the point of no return nothing depends on them but what is reported of them.
        Part::Addresses => committed,
        // Only a migration depends on them: elsewhere what is sent again is refused, and comes to the same in the end.
        Part::Operations => !migrates(target, state, kept),
        // Whoever cannot list them can delete a VPC all the same, and hears from Google what is in the way.
        Part::Leftovers => true,
        // All else can go without it, and had better: it costs money.
        Part::ServiceAccount => !stands,
        Part::Network
        | Part::Subnets
        | Part::Router
        | Part::Firewalls
        | Part::Traffic
        // Whatever of it cannot be read is a value.
        | Part::Preflight => false,
    };
    let dispensable = parts.iter().copied().filter(can_go_without).collect();
    // Where nobody migrates a late write of another process may have stopped it, which is looked for once in a run.
    let begins = parts.contains(&Part::Network) || state.journal.frozen_at.is_some();
    ReadSet {
        ccm: stands && (begins || concerns_pod_traffic(target, state, kept)),
        parts,
        dispensable,
        proves: true,
    }
}

/// The reads that an observation lacks, given what it has `seen` by `done`: what is left over of dual-stack shows only once subnets are
/// read, and then it matters who reaches which pods. `None` if it lacks nothing.
pub fn lacking(
    target: &Target,
    state: &State,
    seen: &Cloud,
    parts: &Parts,
    done: &ReadSet,
) -> Option<ReadSet> {
    let all = reads(target, state, seen, parts);
    let lacking = ReadSet { parts: all.parts.difference(&done.parts).copied().collect(), ..all };
    (!lacking.parts.is_empty() || lacking.ccm && !done.ccm).then_some(lacking)
}

/// Whether pod traffic matters. A shoot that stays IPv4, never began to leave it and has nothing left over of an attempt has routes, but
/// nothing here depends on them.
fn concerns_pod_traffic(target: &Target, state: &State, kept: &Cloud) -> bool {
    target.goal == Goal::Absent
        || target.dual_stack
        || state.journal.phase.is_some()
        || is_left_over(target, state, kept)
}

/// Whether a migration is under way, or about to be.
fn migrates(target: &Target, state: &State, seen: &Cloud) -> bool {
    target.goal == Goal::Present
        && (state.journal.phase.is_some() || target.dual_stack && routed(target, seen).next().is_some())
}

/// The VMs that have to be listed, given the routes of `seen`.
pub fn vms(target: &Target, state: &State, seen: &Cloud) -> VmScope {
    if !depends_on_vms(target, state, seen) {
        VmScope::None
    } else if target.goal == Goal::Absent {
        // Nothing depends on regions that may not answer: there is no VM of ours in them.
        VmScope::Region
    } else if !target.dual_stack && state.journal.phase.is_none() {
        // What is left over is used by VMs of this region only.
        VmScope::Region
    } else if is_settled(target, state, seen) {
        VmScope::Repairable
    } else if state.journal.phase.is_none() {
        // What is elsewhere, or somebody else's, may be in the way of a migration.
        VmScope::Everywhere
    } else {
        // Once it has begun, only our own count, and the others may be many. Which of ours are called otherwise, routes and the
        // journal tell.
        VmScope::Named
    }
}

/// Whether the shoot's Nodes have to be listed, given its VMs: where an alias may be given, or taken because of them.
pub fn nodes(target: &Target, state: &State, seen: &Cloud) -> bool {
    let mut own = seen.vms.values().filter(|vm| vm.has_tag(&target.cluster));
    let under_way = state.journal.phase.is_some() || routed(target, seen).next().is_some();
    target.goal == Goal::Present
        && if under_way || !target.dual_stack {
            own.next().is_some()
        } else {
            own.any(|vm| vm.pod_ranges().next().is_none())
        }
}

/// Whether the shoot's pods have to be read, given its VMs: where a worker pool whose nodes are about to get aliases has no canary yet.
pub fn pods(target: &Target, state: &State, seen: &Cloud) -> bool {
    let canaries = &state.journal.canaries;
    let stands = seen.subnet(&target.region, &target.nodes_subnet()).is_some_and(|subnet| {
        subnet.secondary.iter().any(|range| range.name == POD_RANGE_NAME && Some(range.range) == target.pods)
    });
    let lacks = |entry: &Entry| {
        let pool = worker_pool(&entry.vm.name);
        let bare = seen.vm(&entry.vm).is_some_and(|vm| !vm.bears(entry.range));
        bare && !canaries.allow(pool) && !canaries.measures(pool)
    };
    let preparing = state.journal.phase == Some(Phase::Preparing);
    target.goal == Goal::Present && preparing && stands && state.journal.entries.iter().any(lacks)
}

/// The canaries that are to be looked at, given the VMs: those that have their aliases and are not judged yet.
pub fn measured<'a>(state: &'a State, seen: &Cloud) -> Vec<&'a Canary> {
    let bears = |canary: &Canary| {
        let mut ranges = state.journal.entries.ranges(&canary.vm);
        seen.vm(&canary.vm).is_some_and(|vm| ranges.any(|range| vm.bears(range)))
    };
    let before_no_return = state.journal.phase == Some(Phase::Preparing);
    state.journal.canaries.open().filter(|canary| before_no_return && bears(canary)).collect()
}

/// Whether anything may have to be migrated, repaired or taken away that is known by its VM.
fn depends_on_vms(target: &Target, state: &State, seen: &Cloud) -> bool {
    let nodes = seen.subnet(&target.region, &target.nodes_subnet());
    let has_range =
        nodes.is_some_and(|nodes| nodes.secondary.iter().any(|range| range.name == POD_RANGE_NAME));
    // A node that was left without route and alias shows in a list of VMs: once both families were reported, or where another controller
    // was interrupted after it had added the range.
    let has_nodes = target.dual_stack && (target.reported && nodes.is_some() || has_range);
    !is_settled(target, state, seen) || target.goal == Goal::Present && has_nodes
}

/// Whether nothing has to be migrated or taken away.
fn is_settled(target: &Target, state: &State, seen: &Cloud) -> bool {
    // Without the subnet there is no VM in it.
    let pods_here = seen.subnet(&target.region, &target.nodes_subnet()).is_none_or(|subnet| {
        subnet.secondary.iter().any(|range| range.name == POD_RANGE_NAME && Some(range.range) == target.pods)
    });
    let wants_pods = target.subnet(Purpose::Nodes).is_some_and(|nodes| nodes.pod_range.is_some());
    let routed = routed(target, seen).next().is_some();
    let left_over = target.goal == Goal::Present && !target.dual_stack && is_left_over(target, state, seen);
    !routed && !left_over && state.journal.is_empty() && (!wants_pods || pods_here)
}

/// The VMs that have to be asked for by name: a route or the journal names them, and no list showed them. Absence from a list proves
/// nothing.
pub fn unconfirmed(target: &Target, state: &State, seen: &Cloud) -> BTreeSet<VmRef> {
    let journalled = state.journal.entries.iter().map(|entry| &entry.vm);
    let named = routed(target, seen).chain(journalled);
    named.filter(|vm| seen.vm(vm).is_none()).cloned().collect()
}

/// Whether the rules of internal passthrough load balancers have to be counted: where routes of VMs would be migrated and nothing of
/// that has begun. Later their number forbids nothing any more, and no region that does not answer may hold up who has nothing to
/// migrate.
pub fn passthrough_rules(target: &Target, state: &State, seen: &Cloud) -> bool {
    target.goal == Goal::Present
        && target.dual_stack
        && state.journal.phase.is_none()
        && routed(target, seen).next().is_some()
}

/// Whether VMs have to be looked for that keep a VPC: in one that is to go, if they were not read for another reason, and there is a
/// subnet of the shoot's that they could be in. Those in subnets of others are there as long as these subnets are.
pub fn keeping_vms(target: &Target, seen: &Cloud) -> bool {
    let has = |purpose| seen.subnet(&target.region, &subnet_name(&target.cluster, purpose)).is_some();
    target.network.ownership == Ownership::Own && Purpose::ALL.into_iter().any(has) && seen.vms.is_empty()
}

/// The VMs that routes inside the pod range lead to.
fn routed<'a>(target: &Target, seen: &'a Cloud) -> impl Iterator<Item = &'a VmRef> {
    let pods = target.pods;
    seen.routes.iter().filter_map(move |route: &Route| match (&route.next_hop, route.destination) {
        (NextHop::Vm(vm), IpNet::V4(destination)) => pods?.contains(&destination).then_some(vm),
        _ => None,
    })
}
