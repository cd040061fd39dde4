//! U3 record, U4 aliases off, U5 settle: VMs give their aliases up, each once its route serves it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::journal::{CanaryVerdict, Phase};
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::migration::facts::Facts;
use crate::plan::migration::prepare::settled;
use crate::plan::pools::worker_pool;
use crate::plan::step::{Part, StepId};
use crate::plan::{Action, Finding, Reason};
use crate::snapshot::Vm;
use crate::text::listed;
use crate::vocabulary::{Milestone, POD_RANGE_NAME};

/// The rule of a finding about a canary that stays cut off as long as its alias stands.
const CUT_OFF: &str = "canary-cut-off";

/// U3. It is recorded that aliases are being removed, so that no late write of another process can delete the routes meanwhile.
pub(super) fn record(_: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.bearers.is_empty() || facts.journal.phase == Some(Phase::Undoing) {
        return ControlFlow::Continue(());
    }
    record_undo(draft);
    ControlFlow::Break(())
}

/// Writes the record that aliases are being removed.
pub(in crate::plan::migration) fn record_undo(draft: &mut Draft) {
    let journal = std::mem::take(&mut draft.state.journal);
    match journal.enter(Phase::Undoing) {
        Ok(journal) => draft.state.journal = journal,
        Err(error) => draft.stuck(error.to_string()),
    }
    draft.write_state(StepId::milestone(Milestone::RecordUndo), Reason::Undone);
}

/// U4. One VM of each worker pool loses its alias first, the others follow in waves.
pub(super) fn remove(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.bearers.is_empty() {
        return ControlFlow::Continue(());
    }
    let cut_off = |vm: &&&Vm| {
        context
            .seen
            .state
            .journal
            .canaries
            .of(worker_pool(&vm.id.name))
            .any(|canary| canary.vm == vm.id && canary.verdict == Some(CanaryVerdict::Failed))
    };
    let cut_off: Vec<String> = facts.bearers.iter().filter(cut_off).map(|vm| vm.id.to_string()).collect();
    if !cut_off.is_empty() {
        draft.findings.push(Finding::warn(
            CUT_OFF,
            format!(
                "the canary {} is cut off with its alias, until that is gone; if it cannot be taken off, replace the node",
                listed(&cut_off, ", ")
            ),
        ));
    }
    // U2 comes first: each is served by its route.
    let first = first_of_pools(context, &facts.bearers);
    let why = if first.is_empty() { Reason::RouteServes } else { Reason::FirstOfPool };
    let chosen = if first.is_empty() { &facts.bearers } else { &first };
    for vm in chosen.iter().take(context.settings.wave) {
        let id = StepId::Migration(Milestone::AliasesOff, Part::Vm(vm.id.clone()));
        draft.act(id, remove_aliases(vm), why.clone());
    }
    ControlFlow::Break(())
}

/// U5. The removal is given time to reach every host, as no API shows when it has.
pub(super) fn settle(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.journal.phase != Some(Phase::Undoing) || facts.pod_range().is_none() {
        return ControlFlow::Continue(());
    }
    let removed = u32::try_from(facts.entries.len()).unwrap_or(u32::MAX);
    let by_number: Duration = context.settings.settle_per_alias.saturating_mul(removed);
    let wait = context.settings.settle.max(by_number);
    settled(
        context,
        draft,
        Milestone::SettleBack,
        wait,
        "that the aliases are gone is on its way to every host",
    )
}

/// One of the VMs of each worker pool in which no VM is without an alias yet.
fn first_of_pools<'a>(context: Context<'_>, served: &[&'a Vm]) -> Vec<&'a Vm> {
    let without = context
        .seen
        .cloud
        .vms
        .values()
        .filter(|vm| vm.has_tag(&context.target.cluster) && vm.pod_ranges().next().is_none());
    let mut proven: BTreeSet<&str> = without.map(|vm| worker_pool(&vm.id.name)).collect();
    served.iter().filter(|vm| proven.insert(worker_pool(&vm.id.name))).copied().collect()
}

/// The list of aliases as it was read, less those from the pod range.
fn remove_aliases(vm: &Vm) -> Action {
    let kept = vm.nic.aliases.iter().filter(|alias| alias.range_name.as_deref() != Some(POD_RANGE_NAME));
    Action::SetAliases {
        vm: vm.id.clone(),
        nic: vm.nic.name.clone(),
        fingerprint: vm.nic.fingerprint.clone(),
        aliases: kept.map(|alias| alias.raw.clone()).collect(),
    }
}
