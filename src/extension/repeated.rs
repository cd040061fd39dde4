//! Steps that are carried out and planned again: a change that Google takes and does not show would go on for ever.

use std::collections::BTreeMap;

use crate::plan::{Action, Step, StepId};

/// What was carried out in the last passes, and how often in a row.
#[derive(Default)]
pub(super) struct Repeated {
    planned: Vec<Step>,
    /// By name and effect; a fingerprint may change all the same.
    done: BTreeMap<(StepId, String), u32>,
}

impl Repeated {
    /// The next pass plans `steps`. How often in a row one of them was carried out already; none: all are new.
    pub(super) fn planned(&mut self, steps: &[Step]) -> Option<u32> {
        // Writes of the state are its own business: their effect is confirmed by the reply.
        let steps = steps.iter().filter(|step| !matches!(step.action, Action::WriteState(_)));
        self.planned = steps.cloned().collect();
        let planned: Vec<_> = self.planned.iter().map(name).collect();
        self.done.retain(|name, _| planned.contains(name));
        self.done.values().max().copied()
    }

    /// Of the steps that were planned, these were carried out.
    pub(super) fn done(&mut self, done: &[StepId]) {
        for step in self.planned.iter().filter(|step| done.contains(&step.id)) {
            *self.done.entry(name(step)).or_default() += 1;
        }
    }

    /// A step that was carried out more than `limit` times and is planned again.
    pub(super) fn beyond(&self, limit: u32) -> Option<Step> {
        self.planned
            .iter()
            .find(|step| self.done.get(&name(step)).is_some_and(|times| *times >= limit))
            .cloned()
    }
}

fn name(step: &Step) -> (StepId, String) {
    (step.id.clone(), step.action.summary())
}
