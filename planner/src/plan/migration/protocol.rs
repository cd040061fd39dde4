//! Protocols as data: steps in their order, and what is said of each while it is still to come.

use std::ops::ControlFlow;

use super::facts::Facts;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::step::StepId;
use crate::vocabulary::Milestone;

/// A step of a protocol: fulfilled, or what it needs is in the draft.
pub(super) type StepPlan = fn(Context<'_>, &Facts<'_>, &mut Draft) -> ControlFlow<()>;

/// A way from one form of the network to another.
pub(super) struct Protocol {
    /// A step that comes before all others, wherever it stands among them.
    pub(super) first: Option<(Milestone, StepPlan)>,
    /// The steps in order; the first that is not fulfilled decides what a pass does.
    pub(super) steps: &'static [(Milestone, StepPlan)],
    /// The milestone that is reached once all are fulfilled.
    pub(super) end: Milestone,
    /// What is said of a milestone that is to come; none: nothing is.
    pub(super) outlook: fn(Milestone, &Facts<'_>) -> Option<Outlook>,
}

/// What will be done at a milestone, for people.
pub(super) struct Outlook {
    /// `+`, `~` or `-`.
    pub(super) sign: char,
    /// The object or objects.
    pub(super) target: String,
    /// What will be done.
    pub(super) action: String,
    /// Why.
    pub(super) why: &'static str,
}

impl Protocol {
    /// Goes to the first step that is not fulfilled, and says which one that is.
    pub(super) fn reach(&self, context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> Milestone {
        let reached =
            self.first.iter().chain(self.steps).find(|(_, step)| step(context, facts, draft).is_break());
        let reached = reached.map_or(self.end, |(milestone, _)| *milestone);
        if reached != self.end && draft.is_idle() && draft.state_due().is_none() {
            draft
                .stuck(format!("{reached} is not fulfilled, and nothing that is known can be done about it"));
        }
        reached
    }

    /// Says what follows once `reached` is fulfilled, as far as it is `of_interest`.
    pub(super) fn forecast(
        &self,
        reached: Milestone,
        of_interest: impl Fn(Milestone) -> bool,
        facts: &Facts<'_>,
        draft: &mut Draft,
    ) {
        let follows = Milestone::ALL.into_iter().filter(|milestone| *milestone > reached);
        for milestone in follows.filter(|milestone| of_interest(*milestone)) {
            if let Some(Outlook { sign, target, action, why }) = (self.outlook)(milestone, facts) {
                draft.later(StepId::milestone(milestone), sign, target, action, why);
            }
        }
    }
}
