//! Protocols as data: an ordered list of steps, and the forecast of those to come.

use std::ops::ControlFlow;

use super::facts::Facts;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::step::StepId;
use crate::vocabulary::Milestone;

/// The planner of a step: it continues if the step is fulfilled, and adds to the draft what it needs otherwise.
pub(super) type StepPlan = fn(Context<'_>, &Facts<'_>, &mut Draft) -> ControlFlow<()>;

/// A protocol that leads from one form of the network to another.
pub(super) struct Protocol {
    /// A step that is checked before all others.
    pub(super) first: Option<(Milestone, StepPlan)>,
    /// The steps in order. The first that is not fulfilled decides what a pass does.
    pub(super) steps: &'static [(Milestone, StepPlan)],
    /// The milestone that is reached when all steps are fulfilled.
    pub(super) end: Milestone,
    /// The forecast for a milestone; `None` if there is none.
    pub(super) outlook: fn(Milestone, &Facts<'_>) -> Option<Outlook>,
}

/// The forecast for a milestone, for people.
pub(super) struct Outlook {
    /// The sign `+`, `~` or `-`.
    pub(super) sign: char,
    /// The name of the object, or a few words for several.
    pub(super) target: String,
    /// The summary of the change.
    pub(super) action: String,
    /// The reason, in words.
    pub(super) why: &'static str,
}

impl Protocol {
    /// Plans the first step that is not fulfilled, and returns its milestone; `None` if all are fulfilled.
    pub(super) fn reach(
        &self,
        context: Context<'_>,
        facts: &Facts<'_>,
        draft: &mut Draft,
    ) -> Option<Milestone> {
        let reached =
            self.first.iter().chain(self.steps).find(|(_, step)| step(context, facts, draft).is_break());
        let (reached, _) = reached?;
        if draft.is_idle() && draft.state_due().is_none() && !draft.reports() {
            draft
                .stuck(format!("{reached} is not fulfilled, and nothing that is known can be done about it"));
        }
        Some(*reached)
    }

    /// Adds forecasts for the milestones after `reached` that are `of_interest`.
    pub(super) fn forecast(
        &self,
        reached: Milestone,
        of_interest: impl Fn(Milestone) -> bool,
        facts: &Facts<'_>,
        draft: &mut Draft,
    ) {
        let follows = reached.way().iter().copied().filter(|milestone| *milestone > reached);
        for milestone in follows.filter(|milestone| of_interest(*milestone)) {
            if let Some(Outlook { sign, target, action, why }) = (self.outlook)(milestone, facts) {
                draft.later(StepId::milestone(milestone), sign, target, action, why);
            }
        }
    }
}
