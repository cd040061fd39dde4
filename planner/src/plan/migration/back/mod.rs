//! The way back: steps U1 to U8 of the protocol, planned from VMs, routes and subnets.
//!
//! A step that has nothing to do is fulfilled. So the same steps drop a migration that has only begun, take one back whose aliases
//! stand, and clean up after a dual-stack creation that failed. No alias goes before its route was seen to stand twice, and before it
//! is recorded that aliases are being removed.

mod aliases;
mod as_before;
mod routes;
mod subnet;
mod turn;

pub(super) use aliases::record_undo as record;
pub(super) use routes::stand as routes_stand;

use std::ops::ControlFlow;

use super::facts::Facts;
use super::freeze;
use super::protocol::{Outlook, Protocol};
use crate::journal::{Entry, Journal};
use crate::plan::Reason;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::step::StepId;
use crate::vocabulary::{Milestone, POD_RANGE_NAME};

/// The steps from a migration, or what is left of one, to IPv4 only.
pub(super) const BACK: Protocol = Protocol {
    first: None,
    steps: &[
        (Milestone::Release, release),
        (Milestone::RoutesStand, routes::stand),
        (Milestone::RecordUndo, aliases::record),
        (Milestone::AliasesOff, aliases::remove),
        (Milestone::AliasesOff, turn::before_range),
        (Milestone::SettleBack, aliases::settle),
        (Milestone::RangeOff, subnet::range_off),
        (Milestone::RangeOff, turn::after_range),
        (Milestone::OverlapBack, subnet::overlap_back),
        (Milestone::AsBefore, as_before::as_before),
    ],
    end: Milestone::AsBefore,
    outlook,
};

/// Ends the way back once all its steps are fulfilled: the journal is emptied, together with the report of IPv4. While the Shoot still
/// asks for both families nothing is reported, because the control plane would follow without routes; and nodes that somebody else has
/// left without route and alias stay listed, as nothing else may know of them.
pub(super) fn end(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let unserved = |entry: &&Entry| {
        context.asked.dual_stack
            && context.seen.cloud.vm(&entry.vm).is_some()
            && facts.entries.contains(&entry.vm, entry.range)
            && !facts.has_route(entry)
    };
    let unserved = facts.journal.entries.iter().filter(unserved).cloned();
    draft.state.journal = Journal::default().with_entries(unserved);
    if !context.asked.dual_stack {
        draft.state.lasting.refused = None;
        draft.state.lasting.canary_failed = None;
    }
    if facts.journal.is_empty() && draft.state.lasting == context.seen.state.lasting {
        // What Google does not take back is left, and nothing is under way.
        draft.progress = None;
        return;
    }
    if context.asked.dual_stack {
        draft.write_state(StepId::milestone(Milestone::AsBefore), Reason::BackOver);
    } else {
        draft.report();
    }
}

/// U1. The cloud-controller-manager gets its annotations and its former scale back; that it runs is not waited for.
pub(super) fn release(context: Context<'_>, _: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    freeze::give_back(context, draft)
}

/// The forecast for a milestone; `None` for those that are never forecast.
fn outlook(milestone: Milestone, facts: &Facts<'_>) -> Option<Outlook> {
    let subnet = facts.subnet.name.as_str();
    let vms = format!("{} VM(s)", facts.bearers.len());
    let aliases = !facts.bearers.is_empty();
    let (sign, target, action, why) = match milestone {
        Milestone::AliasesOff if aliases => (
            '-',
            vms.as_str(),
            "remove the pod range from the aliases of nic0, one of each worker pool first".to_owned(),
            "its route serves it",
        ),
        Milestone::SettleBack if aliases => (
            '~',
            vms.as_str(),
            "wait until every host knows that the aliases are gone".to_owned(),
            "no API shows when it does",
        ),
        Milestone::RangeOff if facts.pod_range().is_some() => (
            '-',
            subnet,
            format!("remove the secondary range {POD_RANGE_NAME}"),
            "no alias is taken from it any more",
        ),
        Milestone::OverlapBack if facts.subnet.overlap => (
            '~',
            subnet,
            "set the overlap flag back to how it stood".to_owned(),
            "no range is left that routes lie inside; seen twice",
        ),
        Milestone::AsBefore => (
            '-',
            "what was made for IPv6",
            "remove IPv6 rules, services subnet and IPv6 ranges; report IPv4".to_owned(),
            "the shoot has IPv4 only again",
        ),
        Milestone::AliasesOff
        | Milestone::SettleBack
        | Milestone::RangeOff
        | Milestone::OverlapBack
        | Milestone::Release
        | Milestone::RoutesStand
        | Milestone::RecordUndo
        | Milestone::Detect
        | Milestone::Preflight
        | Milestone::Journal
        | Milestone::Ipv6First
        | Milestone::OverlapOn
        | Milestone::SecondaryRange
        | Milestone::Aliases
        | Milestone::Settle
        | Milestone::Freeze
        | Milestone::LookAgain
        | Milestone::Recheck
        | Milestone::DeleteRoutes
        | Milestone::OverlapOff
        | Milestone::Ipv6
        | Milestone::Report => return None,
    };
    Some(Outlook { sign, target: target.to_owned(), action, why })
}
