//! The facts that the steps of the migration depend on, derived once from the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use super::progress::Progress;
use crate::desired::SubnetTarget;
use crate::journal::{Entries, Entry, Journal, Phase};
use crate::plan::context::Context;
use crate::plan::ownership;
use crate::snapshot::{Route, SecondaryRange, Subnet, Vm};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose, VmRef};

/// A route of the shoot to one of its nodes.
pub(super) struct OwnRoute<'a> {
    pub(super) route: &'a Route,
    pub(super) destination: Ipv4Net,
    pub(super) vm: &'a VmRef,
}

/// The facts that the steps of the migration depend on.
pub(super) struct Facts<'a> {
    /// The nodes subnet as it is wanted.
    pub(super) wanted: &'a SubnetTarget,
    /// The nodes subnet as it was read.
    pub(super) subnet: &'a Subnet,
    /// The pod range of the shoot; `None` if it has none.
    pub(super) pods: Option<Ipv4Net>,
    /// The shoot's own routes to its nodes.
    pub(super) routes: Vec<OwnRoute<'a>>,
    /// The journal as it is stored.
    pub(super) journal: &'a Journal,
    /// The journal's entries, and one for each of the shoot's routes.
    pub(super) entries: Entries,
    /// M0: whether there is something to migrate, or a migration to finish.
    pub(super) needed: bool,
    /// The shoot's VMs that bear an alias from the secondary range for pods, in order of their names.
    pub(super) bearers: Vec<&'a Vm>,
    /// The destinations of the shoot's routes.
    routed: Routed<'a>,
    /// The number of nodes to migrate, including those that are finished.
    nodes: usize,
    /// The number of those nodes that have their alias.
    aliased: usize,
}

impl<'a> Facts<'a> {
    /// Derives the facts; `None` if there is no nodes subnet.
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
        let finished = match journal.phase {
            Some(Phase::Deleting) => count_finished(context, &entries),
            _ => 0,
        };
        Some(Self {
            wanted,
            subnet,
            // On the way back the target in effect has no pod range, but what is there is taken back.
            pods: if context.target.dual_stack { wanted.pod_range } else { context.target.pods },
            needed: !entries.is_empty() || journal.phase.is_some(),
            nodes: entries.len() + finished,
            aliased: aliased + finished,
            routes,
            bearers: bearers(context),
            routed,
            journal,
            entries,
        })
    }

    /// Whether a step of the way forward may still have something to do.
    pub(super) fn is_ahead(&self, milestone: Milestone) -> bool {
        match milestone {
            // M2b has done it already, unless it left the nodes subnet out.
            Milestone::Ipv6 => {
                !self.needed
                    || self.journal.flag_first
                    || (self.journal.phase.is_some() && self.journal.made.is_none())
            }
            Milestone::Ipv6First => {
                self.needed && (self.journal.phase.is_none() || self.journal.made.is_some())
            }
            _ => self.needed,
        }
    }

    /// The secondary range for pods on the nodes subnet, if it exists.
    pub(super) fn pod_range(&self) -> Option<&SecondaryRange> {
        self.subnet.secondary.iter().find(|range| range.name == POD_RANGE_NAME)
    }

    /// Whether the nodes subnet has to be changed and no change was begun.
    pub(super) fn changes_ahead(&self) -> bool {
        self.journal.phase.is_none()
            && (self.needed || self.pod_range().map(|range| range.range) != self.pods)
    }

    /// Whether the overlap flag is on and goes back at the end of the migration. Without it Google refuses routes inside the pod range, so
    /// nothing may try to make one then, even where none is left just now.
    pub(super) fn loses_flag(&self) -> bool {
        self.subnet.overlap && self.journal.overlap_before == Some(false)
    }

    /// Whether the point of no return is recorded.
    pub(super) fn deleting(&self) -> bool {
        self.journal.phase == Some(Phase::Deleting)
    }

    /// Whether a route of the shoot leads to `vm`.
    pub(super) fn is_routed(&self, vm: &VmRef) -> bool {
        self.routed.ranges.contains_key(vm)
    }

    /// Whether a route of the shoot leads to the entry's range on its VM.
    pub(super) fn has_route(&self, entry: &Entry) -> bool {
        self.routed.leads_to(&entry.vm, entry.range)
    }

    /// Whether nothing is left to do for `entry`: its route is confirmed gone, and its alias confirmed present or its VM
    /// confirmed gone.
    pub(super) fn is_resolved(&self, context: Context<'_>, entry: &Entry) -> bool {
        !self.has_route(entry) && (aliased(context, entry) || is_gone(context, entry)) && self.deleting()
    }

    /// The progress of a migration that has reached `step`.
    pub(super) fn progress(&self, step: Milestone) -> Progress {
        let done = match step {
            Milestone::DeleteRoutes => self.nodes.saturating_sub(self.routes.len()),
            Milestone::AliasesOff => self.nodes.saturating_sub(self.bearers.len()),
            _ => self.aliased,
        };
        Progress { step, done, nodes: self.nodes.max(self.bearers.len()) }
    }
}

/// The destinations of the shoot's routes, by VM and by range.
struct Routed<'a> {
    ranges: BTreeMap<&'a VmRef, BTreeSet<Ipv4Net>>,
    /// The ranges whose VM exists. A route to a VM that is gone does not tell who has the range now.
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

    /// Whether the routes contradict an entry without a route: its VM has another pod range now, or its range another VM. Until a
    /// route is deleted the routes are more reliable than the journal.
    fn contradicts(&self, entry: &Entry) -> bool {
        !self.leads_to(&entry.vm, entry.range)
            && (self.ranges.contains_key(&entry.vm) || self.claimed.contains(&entry.range))
    }
}

/// The shoot's VMs that bear an alias from the secondary range for pods.
fn bearers(context: Context<'_>) -> Vec<&Vm> {
    let vms = context.seen.cloud.vms.values();
    vms.filter(|vm| vm.has_tag(&context.target.cluster) && pod_aliases(vm).next().is_some()).collect()
}

/// The ranges that `vm` bears as aliases from the secondary range for pods.
pub(super) fn pod_aliases(vm: &Vm) -> impl Iterator<Item = Ipv4Net> + '_ {
    let ours = vm.nic.aliases.iter().filter(|alias| alias.range_name.as_deref() == Some(POD_RANGE_NAME));
    ours.map(|alias| alias.range)
}

/// The number of finished nodes: their entries have left the journal, and their VMs bear an alias from the pod range.
fn count_finished(context: Context<'_>, entries: &Entries) -> usize {
    let is_finished = |vm: &&Vm| {
        vm.has_tag(&context.target.cluster) && !entries.names(&vm.id) && pod_aliases(vm).next().is_some()
    };
    context.seen.cloud.vms.values().filter(is_finished).count()
}

/// Whether the VM of `entry` has the alias for its range, as read back.
pub(super) fn aliased(context: Context<'_>, entry: &Entry) -> bool {
    context.seen.cloud.vm(&entry.vm).is_some_and(|vm| has_alias(vm, entry.range))
}

/// Whether `vm` has `range` as an alias from the secondary range for pods.
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
