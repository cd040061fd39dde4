//! The end of a migration: the journal is emptied once nothing in it is pending.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use super::{nodes_subnet, state};
use crate::journal::{Journal, State};
use crate::plan::Course;
use crate::snapshot::{StackType, Subnet};
use crate::vocabulary::Purpose;

/// Judges the write that empties the journal, in a plan of its own or together with the report.
pub(super) fn write(evidence: &Evidence<'_>, state: &State, reports: bool) -> Judgement {
    let rule = Rule::MigrationOver;
    let journal: &Journal = &evidence.seen.state.journal;
    if evidence.course == Course::Steady && !evidence.asked.dual_stack {
        // Nothing is migrated any more, and the cloud-controller-manager makes a route for each node.
        let stopped = journal.phase.is_some() || journal.frozen_at.is_some();
        return rule.demands(!stopped && !reports, || "a migration is under way");
    }
    rule.demands(evidence.target.dual_stack, || "dual-stack is not wanted")?;
    let pending = journal.phase.is_some() || !journal.entries.is_empty();
    rule.demands(reports || !pending, || "a migration is under way, and its end is not reported")?;
    let nodes = rule.finds(evidence.subnet(Purpose::Nodes), || "the nodes subnet was not seen")?;
    rule.demands(
        nodes_subnet::is_migrated(evidence, nodes),
        || "pods are still reached by routes, or the flag does not stand as it did before",
    )?;
    for wanted in &evidence.target.subnets {
        let has_ipv6 =
            |subnet: &Subnet| subnet.stack == StackType::DualExternal && subnet.ipv6_prefix.is_some();
        let complete = match evidence.subnet(wanted.purpose) {
            // One that cannot have it is put off with a warning, unless it is that of the nodes.
            Some(subnet) if wanted.purpose != Purpose::Nodes => match subnet.stack {
                StackType::DualInternal | StackType::Other => true,
                StackType::Ipv4 | StackType::DualExternal => has_ipv6(subnet),
            },
            Some(subnet) => has_ipv6(subnet),
            // It is the one that is put off.
            None => wanted.purpose == Purpose::Internal,
        };
        rule.demands(complete, || format!("subnet {} has no IPv6 range", wanted.name))?;
    }
    let recorded = state.data.get(state::REPORTED).is_some_and(|value| value == "true");
    rule.demands(!reports || recorded, || "that both families are reported would not be recorded")?;
    let said = state::says_ipv6(evidence, state);
    rule.demands(!reports || said, || "the state would not say the IPv6 ranges that are reported")
}
