//! M5 aliases, M6 settle: every VM gets its pod range as an alias while its route still exists.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net};
use serde_json::{Value, json};

use super::canary::{self, Admitted};
use super::facts::{Facts, aliased};
use super::prepare::settled;
use crate::journal::{Entry, Phase, Settling};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::pools::worker_pool;
use crate::plan::step::{Part, StepId};
use crate::plan::{Action, Course, Reason};
use crate::snapshot::{Alias, NextHop, Route, Vm};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, VmRef, ranges};

/// M5. One VM of each worker pool gets its alias first, and is measured where that can be; the others follow in waves.
pub(super) fn set(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let open: Vec<(&Entry, &Vm)> = facts
        .entries
        .iter()
        .filter(|entry| !facts.is_covered(context, entry))
        .filter_map(|entry| Some((entry, context.seen.cloud.vm(&entry.vm)?)))
        .collect();
    let unseen: Vec<&Entry> = facts
        .entries
        .iter()
        .filter(|entry| context.seen.cloud.vm(&entry.vm).is_none() && !facts.is_covered(context, entry))
        .collect();
    if take_stale(context, facts, draft).is_break() {
        return ControlFlow::Break(());
    }
    if open.is_empty() && unseen.is_empty() && !canary::is_pending(context, facts) {
        return ControlFlow::Continue(());
    }
    let holders = Holders::of(context);
    let (hindered, open): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|(entry, vm)| holders.hindrance(facts, entry, vm).is_some());
    for (entry, vm) in hindered {
        // One node that cannot have its alias keeps none of the others from getting theirs.
        let why = holders.hindrance(facts, entry, vm).unwrap_or_default();
        draft.wait(
            crate::plan::subnets::later_than(context, context.settings.look_again),
            format!("VM {} cannot bear {} as an alias: {why}", entry.vm, entry.range),
        );
    }
    let waited = |settling: &Settling| settling.step >= Milestone::Settle;
    if !(open.is_empty() && unseen.is_empty()) && draft.state.journal.settling.as_ref().is_some_and(waited) {
        // The settle time so far did not count for these aliases.
        draft.state.journal.settling = None;
    }
    // Whoever was cut off before this migration loses nothing by an alias.
    let (cut_off, open): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|(_, vm)| facts.journal.made.is_none() && !facts.is_served(&vm.id));
    let (why, chosen) = match canary::admit(context, facts, open, draft) {
        Admitted::None => (Reason::Canary, Vec::new()),
        Admitted::Canaries(canaries) => (Reason::Canary, canaries),
        Admitted::All(open) if open.is_empty() && cut_off.is_empty() && context.course == Course::Held => {
            return ControlFlow::Continue(());
        }
        Admitted::All(open) => match first_of_pools(context, facts, &open) {
            first if first.is_empty() => (Reason::AliasBeforeRoute, open),
            first => (Reason::FirstOfPool, first),
        },
    };
    let at_once = cut_off.into_iter().map(|open| (open, Reason::Repaired));
    let is_canary = |vm: &VmRef| facts.journal.canaries.open().any(|canary| canary.vm == *vm);
    let chosen = at_once.chain(chosen.into_iter().map(|open| match why {
        Reason::Canary if !is_canary(&open.1.id) => (open, Reason::AliasBeforeRoute),
        _ => (open, why.clone()),
    }));
    let mut touched = BTreeSet::new();
    for ((entry, vm), why) in chosen.take(context.settings.wave) {
        if touched.insert(&vm.id) {
            let id = StepId::Migration(Milestone::Aliases, Part::Vm(vm.id.clone()));
            draft.act(id, with_alias(entry.range, vm), why);
        }
    }
    for entry in unseen {
        draft.wait(
            crate::plan::subnets::later_than(context, context.settings.look_again),
            format!("VM {} is neither listed nor confirmed gone", entry.vm),
        );
    }
    ControlFlow::Break(())
}

/// What new nodes get while the migration is held: their alias, if the others have theirs.
pub(super) fn of_new_nodes(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.pod_range().is_none() || facts.bearers.is_empty() {
        return ControlFlow::Continue(());
    }
    set(context, facts, draft)
}

/// The holders of ranges: the VMs that bear them as aliases, and the routes of anyone that lead to VMs which are there.
struct Holders<'a> {
    bearers: BTreeMap<Ipv4Net, Vec<&'a VmRef>>,
    routed: BTreeMap<Ipv4Net, Vec<(&'a Route, &'a VmRef)>>,
}

impl<'a> Holders<'a> {
    fn of(context: Context<'a>) -> Self {
        let cloud = &context.seen.cloud;
        let mut holders = Self { bearers: BTreeMap::new(), routed: BTreeMap::new() };
        for vm in cloud.vms.values() {
            for alias in &vm.nic.aliases {
                holders.bearers.entry(alias.range).or_default().push(&vm.id);
            }
        }
        for route in &cloud.routes {
            if let (NextHop::Vm(vm), IpNet::V4(range)) = (&route.next_hop, route.destination)
                && !cloud.gone.contains(vm)
            {
                holders.routed.entry(range).or_default().push((route, vm));
            }
        }
        holders
    }

    /// The reason why `vm` cannot have the alias of `entry` now; none: it can. Whoever else has a part of the range would lose it by the alias.
    fn hindrance(&self, facts: &Facts<'_>, entry: &Entry, vm: &Vm) -> Option<String> {
        if vm.nic.subnet != facts.subnet.name {
            return Some(format!(
                "its nic0 is on subnet {}, not on {}; replace it",
                vm.nic.subnet, facts.subnet.name
            ));
        }
        let mut borne = ranges::meeting(&self.bearers, entry.range).flat_map(|(_, bearers)| bearers);
        if let Some(other) = borne.find(|bearer| ***bearer != vm.id) {
            return Some(format!("VM {other} bears it still"));
        }
        let mut routed = ranges::inside(&self.routed, entry.range).flat_map(|(_, routes)| routes);
        let (route, other) = routed.find(|(_, other)| **other != vm.id)?;
        Some(format!(
            "route {} leads {} to VM {other}; delete the route of the one whose Node does not have the range as its podCIDR",
            route.name, route.destination
        ))
    }
}

/// M6. The aliases are given time to reach every host, as no API shows when they have.
pub(super) fn settle(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    // Where no route is left just now, they settle before the cloud-controller-manager is stopped, as it makes the routes anew until then.
    let is_stopped = !facts.loses_flag() || !context.seen.ccm.may_make_routes();
    if facts.routes.is_empty() && is_stopped {
        return ControlFlow::Continue(());
    }
    let added = u32::try_from(facts.entries.len()).unwrap_or(u32::MAX);
    let by_number: Duration = context.settings.settle_per_alias.saturating_mul(added);
    let wait = context.settings.settle.max(by_number);
    settled(context, draft, Milestone::Settle, wait, "the aliases are on their way to every host")
}

/// One open entry of each worker pool without any alias so far.
fn first_of_pools<'a>(
    context: Context<'_>,
    facts: &Facts<'_>,
    open: &[(&'a Entry, &'a Vm)],
) -> Vec<(&'a Entry, &'a Vm)> {
    let mut proven: BTreeSet<&str> = facts
        .entries
        .iter()
        .filter(|entry| aliased(context, entry))
        .map(|entry| worker_pool(&entry.vm.name))
        .collect();
    open.iter().filter(|(entry, _)| proven.insert(worker_pool(&entry.vm.name))).copied().collect()
}

/// Takes aliases off that are not their VM's, as its Node has another range. They serve nobody, and would beat the route of the node that
/// has the range now. It is not recorded before: the fingerprint guards it, and the VM keeps the alias that is right.
fn take_stale(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.journal.phase != Some(Phase::Preparing) {
        return ControlFlow::Continue(());
    }
    let bears_stale = |vm: &&&Vm| vm.nic.aliases.iter().any(|alias| is_stale(facts, vm, alias));
    let stale: Vec<_> = facts.bearers.iter().filter(bears_stale).take(context.settings.wave).collect();
    for vm in &stale {
        let id = StepId::Migration(Milestone::Aliases, Part::Vm(vm.id.clone()));
        let kept = vm.nic.aliases.iter().filter(|alias| !is_stale(facts, vm, alias));
        draft.act(id, set_aliases(vm, kept.map(|alias| alias.raw.clone()).collect()), Reason::AliasOfAnother);
    }
    if stale.is_empty() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

/// Whether `alias` is out of the pod range, and a Node says that it is not that of `vm`.
fn is_stale(facts: &Facts<'_>, vm: &Vm, alias: &Alias) -> bool {
    alias.is_for_pods() && facts.nodes.contradict(&vm.id, alias.range)
}

/// Adds `range` in front, because the cloud-controller-manager takes the first alias for the node's pod range.
pub(super) fn with_alias(range: Ipv4Net, vm: &Vm) -> Action {
    let own = json!({ "ipCidrRange": range, "subnetworkRangeName": POD_RANGE_NAME });
    let present = vm.nic.aliases.iter().map(|alias| alias.raw.clone());
    set_aliases(vm, std::iter::once(own).chain(present).collect())
}

fn set_aliases(vm: &Vm, aliases: Vec<Value>) -> Action {
    Action::SetAliases {
        vm: vm.id.clone(),
        nic: vm.nic.name.clone(),
        fingerprint: vm.nic.fingerprint.clone(),
        aliases,
    }
}
