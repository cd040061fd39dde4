//! Alias ranges of a VM: the list as it was read, with the VM's pod range in front, which the journal lists.

use ipnet::Ipv4Net;
use serde_json::{Map, Value};

use super::evidence::Evidence;
use super::pools::pool;
use super::rule::{Judgement, Rule};
use super::{back, canaries, entries};
use crate::journal::Phase;
use crate::plan::{Action, Course};
use crate::snapshot::Alias;
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose, VmRef, subnet_name};

/// Judges the replacement of a VM's list of alias ranges.
pub(super) fn set(
    evidence: &Evidence<'_>,
    id: &VmRef,
    nic: &str,
    fingerprint: &str,
    aliases: &[Value],
) -> Judgement {
    let rule = Rule::AliasVm;
    let vm = rule.finds(evidence.seen.cloud.vms.get(id), || format!("{id} was not seen"))?;
    let cluster = &evidence.target.cluster;
    rule.demands(vm.has_tag(cluster), || format!("{id} does not bear the tag {cluster}"))?;
    let nodes = subnet_name(cluster, Purpose::Nodes);
    rule.demands(vm.nic.subnet == nodes, || format!("{id} is not on the subnet {nodes}"))?;
    rule.demands(vm.nic.name == nic, || format!("{nic} is not the interface that was read"))?;
    let as_read = !fingerprint.is_empty() && vm.nic.fingerprint == fingerprint;
    rule.demands(as_read, || "the fingerprint is not the one that was read")?;
    if evidence.course.goes_back() {
        let kept = vm.nic.aliases.iter().filter(|alias| alias.range_name.as_deref() != Some(POD_RANGE_NAME));
        let kept: Vec<&Value> = kept.map(|alias| &alias.raw).collect();
        let less = kept.len() < vm.nic.aliases.len() && aliases.iter().eq(kept);
        Rule::AliasesKept
            .demands(less, || format!("the other aliases of {id} are not kept as they were read"))?;
        back::aliases_off(evidence, vm)?;
        return first_of_pool_back(evidence, id);
    }
    let denied = |alias: &&Alias| {
        alias.range_name.as_deref() == Some(POD_RANGE_NAME) && evidence.nodes.deny(id, alias.range)
    };
    let without: Vec<&Value> =
        vm.nic.aliases.iter().filter(|alias| !denied(alias)).map(|alias| &alias.raw).collect();
    if without.len() < vm.nic.aliases.len() && aliases.iter().eq(without) {
        return Rule::AliasStale.demands(
            may_take_stale(evidence),
            || "an alias that is not the VM's may only go before the point of no return",
        );
    }
    let kept = vm.nic.aliases.iter().map(|alias| &alias.raw);
    let (added, rest) = aliases.split_at(aliases.len().min(1));
    Rule::AliasesKept.demands(rest.iter().eq(kept), || {
        format!("the aliases of {id} that were read do not follow the new one as they are")
    })?;
    entry(evidence, id, added.first())?;
    canaries::allow(evidence, id)?;
    first_of_pool(evidence, id)
}

/// Whether aliases that Nodes deny may be taken from VMs: a route of no node that needs it can go meanwhile.
fn may_take_stale(evidence: &Evidence<'_>) -> bool {
    let preparing =
        evidence.seen.state.journal.phase == Some(Phase::Preparing) && !evidence.seen.state.unwritten;
    preparing && !evidence.course.goes_back()
}

/// Whether a node that is cut off gets its alias beside any migration.
pub(super) fn repairs(evidence: &Evidence<'_>) -> bool {
    match evidence.course {
        Course::Steady => evidence.target.dual_stack,
        Course::Committed => evidence.seen.state.journal.phase.is_none(),
        Course::Leaving
        | Course::Announced
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Preparing { .. } => false,
    }
}

/// Demands that the first VM of a worker pool get its alias alone: an error shows on one node before it is made on all.
fn first_of_pool(evidence: &Evidence<'_>, vm: &VmRef) -> Judgement {
    let pool = pool(vm);
    // One that is cut off loses nothing.
    let alone = !evidence.serves(vm)
        || evidence.proven.with_alias.contains(pool)
        || is_alone(evidence, vm, |other| evidence.serves(other));
    Rule::FirstAlias
        .demands(alone, || format!("no VM of {pool} bears its alias, and several would get theirs"))
}

/// Demands on the way back that the first VM of a worker pool lose its alias alone.
fn first_of_pool_back(evidence: &Evidence<'_>, vm: &VmRef) -> Judgement {
    let pool = pool(vm);
    let alone = evidence.proven.without_alias.contains(pool) || is_alone(evidence, vm, |_| true);
    Rule::FirstAlias
        .demands(alone, || format!("every VM of {pool} bears its alias, and several would lose theirs"))
}

/// Whether no other VM of the same worker pool that `counts` gets its aliases set in this plan.
fn is_alone(evidence: &Evidence<'_>, vm: &VmRef, counts: impl Fn(&VmRef) -> bool) -> bool {
    let others = evidence.steps.iter().filter(|step| match &step.action {
        Action::SetAliases { vm: other, .. } => other != vm && pool(other) == pool(vm) && counts(other),
        Action::Insert { .. }
        | Action::Patch { .. }
        | Action::Delete { .. }
        | Action::SetNats { .. }
        | Action::WriteState(_)
        | Action::TakeWords { .. }
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => false,
    });
    others.count() == 0
}

/// Judges the entry that is added to the list. It must be in front, as the cloud-controller-manager takes the first alias for the
/// node's pod range.
fn entry(evidence: &Evidence<'_>, vm: &VmRef, added: Option<&Value>) -> Judgement {
    let rule = Rule::AliasEntry;
    let range = rule.finds(added.and_then(Value::as_object).and_then(pod_range), || {
        format!("what is added is no range of {POD_RANGE_NAME}")
    })?;
    let inside = evidence.target.pods.is_some_and(|pods| pods.contains(&range));
    rule.demands(inside, || format!("{range} does not lie inside the pod range"))?;
    rule.demands(
        evidence.asked.dual_stack && evidence.has_pod_range(),
        || "the nodes subnet was not seen to have the pod range of a dual-stack shoot",
    )?;
    if repairs(evidence) {
        return repaired(evidence, vm, range);
    }
    let journal = &evidence.seen.state.journal;
    let begun = match journal.phase {
        Some(Phase::Preparing | Phase::Deleting) => true,
        Some(Phase::Undoing) | None => false,
    };
    let listed = begun && !evidence.seen.state.unwritten && journal.entries.contains(vm, range);
    rule.demands(listed, || format!("{range} of {vm} is not in the stored journal of a migration"))?;
    let stale = entries::is_stale(evidence, vm, range);
    rule.demands(!stale, || format!("live routes say that {range} is not that of {vm}"))?;
    let denied = evidence.nodes.deny(vm, range);
    rule.demands(!denied, || format!("Nodes say that {range} is not that of {vm}"))?;
    let elsewhere = evidence.pods.elsewhere(vm, range);
    Rule::AliasElsewhere.demands(elsewhere.is_none(), || match elsewhere {
        Some(other) => format!("{range} is that of {other}: a route leads there, or it bears it"),
        None => String::new(),
    })?;
    let waits = evidence.after().journal.settling.is_some_and(|settling| settling.step >= Milestone::Settle);
    Rule::AliasSettles.demands(!waits, || "what was waited for until now would count for this alias too")
}

/// Demands that a node get its range beside a migration only if it is cut off: its Node has the range, and nothing leads to pods there.
fn repaired(evidence: &Evidence<'_>, vm: &VmRef, range: Ipv4Net) -> Judgement {
    let said = evidence.nodes.range(vm) == Some(range);
    Rule::AliasEntry.demands(said, || format!("no Node says that {range} is the range of {vm}"))?;
    let reached = evidence.pods.is_reached(vm);
    Rule::AliasEntry.demands(!reached, || format!("a route or an alias leads to pods on {vm}"))?;
    let elsewhere = evidence.pods.elsewhere(vm, range);
    Rule::AliasElsewhere.demands(elsewhere.is_none(), || match elsewhere {
        Some(other) => format!("{range} is that of {other}: a route leads there, or it bears it"),
        None => String::new(),
    })
}

/// The range of an alias, if the alias is out of the pod range and has no other fields.
fn pod_range(alias: &Map<String, Value>) -> Option<Ipv4Net> {
    let name = alias.get("subnetworkRangeName").and_then(Value::as_str);
    let range = alias.get("ipCidrRange").and_then(Value::as_str)?;
    let range = crate::vocabulary::canonical(range).ok()?;
    (alias.len() == 2 && name == Some(POD_RANGE_NAME)).then_some(range)
}
