//! M2 journal, M3 overlap flag on, M4 secondary range: everything before the first VM is touched.

use std::ops::ControlFlow;

use serde_json::json;

use super::facts::Facts;
use crate::journal::{Phase, Settling};
use crate::plan::draft::Draft;
use crate::plan::{Action, Context, SubnetChange};
use crate::snapshot::{SecondaryRange, Subnet};
use crate::target::POD_RANGE_NAME;

/// M2. Every route that will be replaced is written down, and how the overlap flag stood, before anything is changed.
pub(super) fn journal(_: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let unlisted = facts.entries.len() > facts.journal.entries.len();
    let begin = facts.needed && facts.journal.phase.is_none();
    if !unlisted && !begin {
        return ControlFlow::Continue(());
    }
    let journal = &mut draft.state.journal;
    *journal = facts.journal.clone().with_entries(facts.entries.iter().cloned());
    if begin {
        journal.phase = Some(Phase::Preparing);
        journal.overlap_before = Some(facts.subnet.overlap);
    }
    draft.write_state("M2", "what is to be replaced must be known before it is, whatever happens in between");
    ControlFlow::Break(())
}

/// M3. Without the flag Google refuses the pod range while routes lie inside it, and would let it shadow them.
pub(super) fn overlap_on(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    if facts.routes.is_empty() {
        return ControlFlow::Continue(());
    }
    if !facts.subnet.overlap {
        draft.act(
            "M3",
            &facts.subnet.name,
            patch(facts.subnet, SubnetChange::Overlap(true)),
            "so that the pod range can be added while the routes are there",
        );
        return ControlFlow::Break(());
    }
    if facts.pod_range().is_some() {
        return ControlFlow::Continue(());
    }
    // That the flag has reached every host before the range does is proven by nothing but time.
    settled(context, draft, 3, context.settings.settle, "the overlap flag is on its way to every host")
}

/// M4. Where aliases are taken from.
pub(super) fn secondary_range(_: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let Some(pods) = facts.pods else { return ControlFlow::Continue(()) };
    match facts.pod_range() {
        Some(SecondaryRange { range, .. }) if *range == pods => ControlFlow::Continue(()),
        Some(SecondaryRange { range, .. }) => {
            draft.stuck(format!(
                "subnet {} has a secondary range {POD_RANGE_NAME} with {range}, but the pods of this shoot have {pods}: \
                 a secondary range cannot be changed, it must be removed by hand",
                facts.subnet.name
            ));
            ControlFlow::Break(())
        }
        None => {
            let mut ranges: Vec<_> = facts.subnet.secondary.iter().map(|range| range.raw.clone()).collect();
            ranges.push(json!({ "rangeName": POD_RANGE_NAME, "ipCidrRange": pods }));
            draft.act(
                "M4",
                &facts.subnet.name,
                patch(facts.subnet, SubnetChange::SecondaryRanges(ranges)),
                format!("alias ranges for pods are taken from {pods}"),
            );
            ControlFlow::Break(())
        }
    }
}

/// Whether `wait` has passed since the effect of step `step` was first seen complete; the first time, that instant is recorded.
pub(super) fn settled(
    context: Context<'_>,
    draft: &mut Draft,
    step: u8,
    wait: std::time::Duration,
    why: &'static str,
) -> ControlFlow<()> {
    let settling = match context.seen.state.journal.settling {
        Some(settling) if settling.step > step => return ControlFlow::Continue(()),
        Some(settling) if settling.step == step => settling,
        _ => {
            let settling = Settling { step, since: context.seen.at };
            draft.state.journal.settling = Some(settling);
            draft.write_state(
                format!("M{step}/settle"),
                "from this instant on the wait is counted, by whoever goes on with it",
            );
            settling
        }
    };
    let until = settling.until(context.seen.at, wait);
    if until <= context.seen.since && draft.state_due().is_none() {
        return ControlFlow::Continue(());
    }
    draft.wait(until, why);
    ControlFlow::Break(())
}

/// One change of the nodes subnet, based on what was read.
pub(super) fn patch(subnet: &Subnet, change: SubnetChange) -> Action {
    Action::PatchSubnet {
        region: subnet.region.clone(),
        name: subnet.name.clone(),
        fingerprint: subnet.fingerprint.clone(),
        change,
    }
}
