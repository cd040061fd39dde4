//! The facts that the steps of the migration depend on, derived once from the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use super::progress::Progress;
use crate::desired::SubnetTarget;
use crate::journal::{Canary, Entries, Entry, Journal, Phase};
use crate::plan::Course;
use crate::plan::context::Context;
use crate::plan::nodes::Nodes;
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
    /// The journal's entries, one for each of the shoot's routes and, on the way forward, one for each Node that lacks its alias.
    pub(super) entries: Entries,
    /// M0: whether there is something to migrate, or a migration to finish.
    pub(super) needed: bool,
    /// The shoot's VMs that bear an alias of a pod range, in order of their names.
    pub(super) bearers: Vec<&'a Vm>,
    /// The shoot's Nodes, as far as they are known.
    pub(super) nodes: Nodes<'a>,
    /// The destinations of the shoot's routes.
    routed: Routed<'a>,
    /// The number of nodes to migrate, including those that are finished.
    all: usize,
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
        let nodes = Nodes::of(context.target, context.seen);
        let of_nodes = without_alias(context, &nodes).filter(|_| goes_forward(context.course, journal));
        let mut entries = journal.clone().with_entries(live.chain(of_nodes)).entries;
        let routed = Routed::by(context, &routes);
        if journal.phase != Some(Phase::Deleting) {
            let is_void = |entry: &Entry| {
                !nodes.confirm(&entry.vm, entry.range) && routed.contradicts(entry)
                    || nodes.contradict(&entry.vm, entry.range) && !routed.leads_to(&entry.vm, entry.range)
            };
            entries.retain(|entry| !is_void(entry));
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
            all: entries.len() + finished,
            aliased: aliased + finished,
            routes,
            bearers: bearers(context),
            nodes,
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
            // Without routes there is nothing to keep apart from the pod range, and nothing that is made anew.
            Milestone::OverlapOn
            | Milestone::Freeze
            | Milestone::LookAgain
            | Milestone::Recheck
            | Milestone::DeleteRoutes
            | Milestone::OverlapOff => self.needed && (!self.routes.is_empty() || self.subnet.overlap),
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

    /// Whether pods on `vm` are reached by a route of the shoot: one to the range that its Node has or, where no Node tells, to any. One
    /// that is left of a former range of the Node leads to no pod.
    pub(super) fn is_served(&self, vm: &VmRef) -> bool {
        match self.nodes.range(vm) {
            Some(range) => self.routed.leads_to(vm, range),
            None => self.is_routed(vm),
        }
    }

    /// Whether a route of the shoot leads to `vm`.
    pub(super) fn is_routed(&self, vm: &VmRef) -> bool {
        self.routed.ranges.contains_key(vm)
    }

    /// Whether a route of the shoot leads to the entry's range on its VM.
    pub(super) fn has_route(&self, entry: &Entry) -> bool {
        self.routed.leads_to(&entry.vm, entry.range)
    }

    /// Whether the route for `entry` is not needed any more: its alias was read back, its VM is confirmed gone, or the Node of the VM has
    /// another range.
    pub(super) fn is_covered(&self, context: Context<'_>, entry: &Entry) -> bool {
        aliased(context, entry) || is_gone(context, entry) || self.is_stale(entry)
    }

    /// Whether the shoot's Nodes say that the range of `entry` is not that of its VM, whatever a route or the journal says.
    pub(super) fn is_stale(&self, entry: &Entry) -> bool {
        self.nodes.contradict(&entry.vm, entry.range)
    }

    /// Whether nothing is left to do for `entry`: its route is confirmed gone, and was not needed any more.
    pub(super) fn is_resolved(&self, context: Context<'_>, entry: &Entry) -> bool {
        !self.has_route(entry) && self.is_covered(context, entry) && self.deleting()
    }

    /// The progress of a migration that has reached `step`.
    pub(super) fn progress(&self, step: Milestone) -> Progress {
        let done = match step {
            Milestone::DeleteRoutes => self.all.saturating_sub(self.routes.len()),
            Milestone::AliasesOff => self.all.saturating_sub(self.bearers.len()),
            _ => self.aliased,
        };
        let bears = |canary: &&Canary| self.bearers.iter().any(|vm| vm.id == canary.vm);
        let canaries = match step {
            Milestone::Aliases => self.journal.canaries.open().filter(bears).count(),
            _ => 0,
        };
        Progress { step, done, nodes: self.all.max(self.bearers.len()), canaries }
    }
}

/// Whether Nodes without an alias are to be given one on this course, as a part of a migration.
fn goes_forward(course: Course, journal: &Journal) -> bool {
    match course {
        Course::Preparing { .. } => true,
        Course::Committed => journal.phase.is_some(),
        // What is not migrated is repaired.
        Course::Leaving
        | Course::Announced
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Steady => false,
    }
}

/// Entries for the Nodes whose VM does not bear their range as an alias.
fn without_alias<'a>(context: Context<'a>, nodes: &Nodes<'a>) -> impl Iterator<Item = Entry> {
    let lacks =
        move |(vm, range): &(&VmRef, Ipv4Net)| context.seen.cloud.vm(vm).is_some_and(|vm| !vm.bears(*range));
    nodes.iter().filter(lacks).map(|(vm, range)| Entry::new(vm.clone(), range))
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

/// The shoot's VMs that bear an alias from the secondary range for pods. Of another range of that name nothing is the shoot's.
fn bearers(context: Context<'_>) -> Vec<&Vm> {
    let bears =
        |vm: &Vm| vm.pod_ranges().any(|own| context.target.pods.is_some_and(|pods| pods.contains(&own)));
    let vms = context.seen.cloud.vms.values();
    vms.filter(|vm| vm.has_tag(&context.target.cluster) && bears(vm)).collect()
}

/// The number of finished nodes: their entries have left the journal, and their VMs bear an alias from the pod range.
fn count_finished(context: Context<'_>, entries: &Entries) -> usize {
    let is_finished = |vm: &&Vm| {
        vm.has_tag(&context.target.cluster) && !entries.names(&vm.id) && vm.pod_ranges().next().is_some()
    };
    context.seen.cloud.vms.values().filter(is_finished).count()
}

/// Whether the VM of `entry` has the alias for its range, as read back.
pub(super) fn aliased(context: Context<'_>, entry: &Entry) -> bool {
    context.seen.cloud.vm(&entry.vm).is_some_and(|vm| vm.bears(entry.range))
}

/// Whether the VM of `entry` is confirmed gone.
pub(super) fn is_gone(context: Context<'_>, entry: &Entry) -> bool {
    context.seen.cloud.gone.contains(&entry.vm)
}
