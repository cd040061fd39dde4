//! M10 overlap off, M11 IPv6: the last changes of the nodes subnet.

use std::ops::ControlFlow;

use ipnet::IpNet;

use super::facts::Facts;
use super::prepare::settled;
use super::refusal;
use crate::journal::Phase;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::resource::SubnetChange;
use crate::plan::step::StepId;
use crate::plan::{Action, Finding, Reason, subnets};
use crate::snapshot::{NextHop, Route};
use crate::text::listed;
use crate::vocabulary::Milestone;

/// M10. The flag is reset only if no route of anybody lies inside the subnet's ranges, in two observations a settle time apart.
pub(super) fn overlap_off(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    flag_back(context, facts, draft, Milestone::OverlapOff)
}

/// Resets the flag to how it stood before the migration, as the step `milestone`.
pub(super) fn flag_back(
    context: Context<'_>,
    facts: &Facts<'_>,
    draft: &mut Draft,
    milestone: Milestone,
) -> ControlFlow<()> {
    let recorded = facts.journal.phase.is_some() || facts.journal.overlap_before.is_some();
    if !recorded || !facts.subnet.overlap {
        return ControlFlow::Continue(());
    }
    let name = &facts.subnet.name;
    match facts.journal.overlap_before {
        Some(true) => return ControlFlow::Continue(()),
        Some(false) => {}
        None => {
            draft.findings.push(Finding::warn(
                "overlap-before-unknown",
                format!("how the overlap flag of subnet {name} stood before is not recorded: it is left on, and can be set back by hand if it was off"),
            ));
            return ControlFlow::Continue(());
        }
    }
    let inside: Vec<&str> = context
        .seen
        .cloud
        .routes
        .iter()
        .filter(|route| lies_inside(facts, route))
        .map(|route| route.name.as_str())
        .collect();
    if !inside.is_empty() {
        draft.findings.push(Finding::warn(
            "foreign-route-keeps-overlap",
            format!(
                "the overlap flag of subnet {name} is left on: foreign routes lie inside its ranges: {}; once they are gone it can be set back by \
                 hand",
                listed(&inside, ", ")
            ),
        ));
        return ControlFlow::Continue(());
    }
    settled(
        context,
        draft,
        milestone,
        context.settings.settle,
        "no route is left; it is looked at once more before the flag goes",
    )?;
    // That it is Google who keeps the flag on is known only once all was waited for.
    if let Some(refusal) = context.history.refusal(&StepId::milestone(milestone)) {
        draft.findings.push(Finding::warn(
            "overlap-stays",
            format!(
                "Google does not set the overlap flag of subnet {name} back to off, and it is left on: nodes are served as they are, and the \
                 subnet counts as a hybrid subnet; put right what is refused and set it back by hand: {}",
                refusal.text
            ),
        ));
        return ControlFlow::Continue(());
    }
    draft.act(
        StepId::milestone(milestone),
        Action::patch_subnet(facts.subnet, SubnetChange::Overlap(false)),
        Reason::FlagWasOff,
    );
    ControlFlow::Break(())
}

/// M11. The nodes subnet gets external IPv6 last, because its behaviour under the overlap flag is not known.
pub(super) fn ipv6(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let done =
        facts.subnet.ipv6_prefix.is_some() && facts.subnet.stack == crate::snapshot::StackType::DualExternal;
    let id = StepId::milestone(Milestone::Ipv6);
    if done {
        return ControlFlow::Continue(());
    }
    if refusal::record(context, draft, Milestone::Ipv6, &id) {
        return ControlFlow::Break(());
    }
    subnets::dual_stack(context, draft, id, facts.wanted, facts.subnet)
}

/// M11, before the point of no return: where the pod range was there from the beginning IPv6 did not come first, and what refuses it must
/// do so while it can still go back.
pub(super) fn ipv6_before_no_return(
    context: Context<'_>,
    facts: &Facts<'_>,
    draft: &mut Draft,
) -> ControlFlow<()> {
    let proven = facts.journal.made.is_some() || facts.journal.phase != Some(Phase::Preparing);
    if proven || facts.routes.is_empty() { ControlFlow::Continue(()) } else { ipv6(context, facts, draft) }
}

fn lies_inside(facts: &Facts<'_>, route: &Route) -> bool {
    let IpNet::V4(destination) = route.destination else { return false };
    let mut ranges =
        std::iter::once(facts.subnet.range).chain(facts.subnet.secondary.iter().map(|range| range.range));
    route.next_hop != NextHop::Subnet && ranges.any(|range| range.contains(&destination))
}
