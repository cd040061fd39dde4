//! What the steps of the migration decide by, derived once from the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use super::progress::Progress;
use crate::desired::SubnetTarget;
use crate::journal::{Entries, Entry, Journal, Phase};
use crate::plan::context::Context;
use crate::plan::ownership;
use crate::snapshot::{Route, SecondaryRange, Subnet, Vm};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose, VmRef};

/// A route of ours.
pub(super) struct OwnRoute<'a> {
    pub(super) route: &'a Route,
    pub(super) destination: Ipv4Net,
    pub(super) vm: &'a VmRef,
}

/// What is known of the migration.
pub(super) struct Facts<'a> {
    /// The nodes subnet as it shall be.
    pub(super) wanted: &'a SubnetTarget,
    /// The nodes subnet as it is.
    pub(super) subnet: &'a Subnet,
    /// The range that holds the pods; `None`: the shoot has none, and no pod ranges to speak of.
    pub(super) pods: Option<Ipv4Net>,
    /// The routes of ours.
    pub(super) routes: Vec<OwnRoute<'a>>,
    /// The journal.
    pub(super) journal: &'a Journal,
    /// The journal's entries and those that the live routes call for.
    pub(super) entries: Entries,
    /// M0: there is something to migrate, or a migration to finish.
    pub(super) needed: bool,
    /// Where the routes of ours lead.
    routed: Routed<'a>,
    /// Nodes that are migrated, those that are through with it included.
    nodes: usize,
    /// Those of them that have their alias.
    aliased: usize,
}

impl<'a> Facts<'a> {
    /// `None` as long as there is no nodes subnet.
    pub(super) fn gather(context: Context<'a>) -> Option<Self> {
        let wanted = context.target.subnet(Purpose::Nodes)?;
        let subnet = context.seen.cloud.subnet(&context.target.region, &wanted.name)?;
        let routes: Vec<OwnRoute<'a>> = context
            .seen
            .cloud
            .routes
            .iter()
            .filter_map(|route| {
                ownership::route(context.target, context.seen, route).map(|(destination, vm)| OwnRoute {
                    route,
                    destination,
                    vm,
                })
            })
            .collect();
        let journal = &context.seen.state.journal;
        let live = routes.iter().map(|own| Entry::new(own.vm.clone(), own.destination));
        let mut entries = journal.clone().with_entries(live).entries;
        let routed = Routed::by(context, &routes);
        if journal.phase != Some(Phase::Deleting) {
            entries.retain(|entry| !routed.contradicts(entry));
        }
        let aliased = entries.iter().filter(|entry| aliased(context, entry)).count();
        let resolved = match journal.phase {
            Some(Phase::Deleting) => resolved(context, &entries),
            _ => 0,
        };
        Some(Self {
            wanted,
            subnet,
            pods: wanted.pod_range,
            needed: !entries.is_empty() || journal.phase.is_some(),
            nodes: entries.len() + resolved,
            aliased: aliased + resolved,
            routes,
            routed,
            journal,
            entries,
        })
    }

    /// The secondary range for pods, if the nodes subnet has it.
    pub(super) fn pod_range(&self) -> Option<&SecondaryRange> {
        self.subnet.secondary.iter().find(|range| range.name == POD_RANGE_NAME)
    }

    /// Whether the nodes subnet is about to be changed and nothing was changed yet.
    pub(super) fn changes_ahead(&self) -> bool {
        self.journal.phase.is_none()
            && (self.needed || self.pod_range().map(|range| range.range) != self.pods)
    }

    /// Past the point of no return.
    pub(super) fn deleting(&self) -> bool {
        self.journal.phase == Some(Phase::Deleting)
    }

    /// Whether a live route still leads to the entry's range.
    pub(super) fn has_route(&self, entry: &Entry) -> bool {
        self.routed.leads_to(&entry.vm, entry.range)
    }

    /// Whether nothing is left to do for `entry`: alias confirmed and route confirmed gone, or VM and route confirmed gone.
    pub(super) fn is_resolved(&self, context: Context<'_>, entry: &Entry) -> bool {
        !self.has_route(entry) && (aliased(context, entry) || is_gone(context, entry)) && self.deleting()
    }

    /// How far the migration is when `step` is the first that is not fulfilled.
    pub(super) fn progress(&self, step: Milestone) -> Progress {
        let done = match step {
            Milestone::DeleteRoutes => self.nodes.saturating_sub(self.routes.len()),
            _ => self.aliased,
        };
        Progress { step, done, nodes: self.nodes }
    }
}

/// Where live routes of ours lead, by VM and by range.
struct Routed<'a> {
    ranges: BTreeMap<&'a VmRef, BTreeSet<Ipv4Net>>,
    /// The ranges that lead to a VM which is there: a route to one that is gone says nothing of whose its range is now.
    claimed: BTreeSet<Ipv4Net>,
}

impl<'a> Routed<'a> {
    fn by(context: Context<'_>, routes: &[OwnRoute<'a>]) -> Self {
        let mut routed = Self { ranges: BTreeMap::new(), claimed: BTreeSet::new() };
        for own in routes {
            routed.ranges.entry(own.vm).or_default().insert(own.destination);
            if !context.seen.cloud.gone.contains(own.vm) {
                routed.claimed.insert(own.destination);
            }
        }
        routed
    }

    /// Whether a route leads to `range` on `vm`.
    fn leads_to(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        self.ranges.get(vm).is_some_and(|ranges| ranges.contains(&range))
    }

    /// Whether the routes contradict an entry that has none: its VM has another pod range now, or its range another VM. As long as no
    /// route is deleted they know better than what was written down.
    fn contradicts(&self, entry: &Entry) -> bool {
        !self.leads_to(&entry.vm, entry.range)
            && (self.ranges.contains_key(&entry.vm) || self.claimed.contains(&entry.range))
    }
}

/// Nodes that are through with it: their entries have left the journal, and what is left of it is the alias.
fn resolved(context: Context<'_>, entries: &Entries) -> usize {
    let through = |vm: &&Vm| {
        let mut aliases = vm.nic.aliases.iter();
        vm.has_tag(&context.target.cluster)
            && !entries.names(&vm.id)
            && aliases.any(|alias| alias.range_name.as_deref() == Some(POD_RANGE_NAME))
    };
    context.seen.cloud.vms.values().filter(through).count()
}

/// Whether the VM of `entry` bears the alias for its range, read back.
pub(super) fn aliased(context: Context<'_>, entry: &Entry) -> bool {
    context.seen.cloud.vm(&entry.vm).is_some_and(|vm| has_alias(vm, entry.range))
}

/// Whether `vm` bears `range` as an alias out of the pod range.
pub(super) fn has_alias(vm: &Vm, range: Ipv4Net) -> bool {
    vm.nic
        .aliases
        .iter()
        .any(|alias| alias.range == range && alias.range_name.as_deref() == Some(POD_RANGE_NAME))
}

/// Whether the VM of `entry` is confirmed gone.
pub(super) fn is_gone(context: Context<'_>, entry: &Entry) -> bool {
    context.seen.cloud.gone.contains(&entry.vm)
}
