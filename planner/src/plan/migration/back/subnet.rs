//! U6 range off, U7 overlap back: the nodes subnet loses what the migration gave it for pods.

use std::ops::ControlFlow;

use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::migration::facts::Facts;
use crate::plan::migration::finish::flag_back;
use crate::plan::resource::SubnetChange;
use crate::plan::step::StepId;
use crate::plan::{Action, Finding, Reason};
use crate::text::listed;
use crate::vocabulary::{Milestone, POD_RANGE_NAME};

/// U6. The secondary range for pods goes, unless a VM of somebody else uses it.
pub(super) fn range_off(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let Some(present) = facts.pod_range() else { return ControlFlow::Continue(()) };
    let name = &facts.subnet.name;
    if Some(present.range) != facts.pods {
        draft.findings.push(Finding::warn(
            "pod-range-of-others",
            format!(
                "subnet {name} has a secondary range {POD_RANGE_NAME} with {}, which is not the pod range of this shoot: it is left there",
                present.range
            ),
        ));
        return ControlFlow::Continue(());
    }
    let cluster = &context.target.cluster;
    let users = context
        .seen
        .cloud
        .vms
        .values()
        .filter(|vm| !vm.has_tag(cluster) && vm.nic.subnet == *name && vm.pod_ranges().next().is_some());
    let users: Vec<_> = users.map(|vm| &vm.id).collect();
    let id = StepId::milestone(Milestone::RangeOff);
    let refusal = context.history.refusal(&id).map(|refusal| refusal.text.clone());
    if !users.is_empty() || refusal.is_some() {
        const SERVED: &str = "then it goes on by itself; every node of the shoot is served by its route";
        let what = format!("the secondary range {POD_RANGE_NAME} of subnet {name}");
        let said = refusal.as_ref().map_or_else(String::new, |text| format!("; Google says: {text}"));
        draft.stuck(match (users.is_empty(), &refusal) {
            (true, Some(text)) => format!("U6: Google does not let {what} go: {text}; put that right, {SERVED}"),
            _ => format!(
                "U6: {what} is used by {}, and cannot go before that: remove it from what uses it, {SERVED}{said}",
                listed(&users, ", ")
            ),
        });
        return ControlFlow::Break(());
    }
    let kept = facts.subnet.secondary.iter().filter(|range| range.name != POD_RANGE_NAME);
    let kept = kept.map(|range| range.raw.clone()).collect();
    draft.act(
        id,
        Action::patch_subnet(facts.subnet, SubnetChange::SecondaryRanges(kept)),
        Reason::NoAliasLeft,
    );
    ControlFlow::Break(())
}

/// U7. The flag goes back only if no route of anybody lies inside the ranges that stay, in two observations a settle time apart.
pub(super) fn overlap_back(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    flag_back(context, facts, draft, Milestone::OverlapBack)
}
