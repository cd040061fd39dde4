//! The history of a run: the outcomes of earlier passes, so that a change that is accepted but never takes effect is not repeated
//! forever.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Action, Step, StepId};
use crate::journal::Refusal;
use crate::vocabulary::Milestone;

/// The number of times that a step may be carried out without visible effect before the run fails.
pub const REPEATS: u32 = 8;
/// The number of times that fields are corrected without visible effect before they are left as they are.
const CORRECTIONS: u32 = 4;

/// A refusal of a step for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Google's text, for people.
    pub text: String,
    /// Gardener's codes for the error.
    pub codes: Vec<String>,
}

impl Refused {
    /// The record of this refusal as one of `milestone`; `used_up`: the Shoot had asked for this attempt.
    pub(super) fn of(&self, milestone: Milestone, used_up: bool) -> Refusal {
        Refusal { step: milestone.to_string(), text: self.text.clone(), codes: self.codes.clone(), used_up }
    }
}

/// The outcomes of earlier passes, and how often in a row each step was carried out.
#[derive(Clone, Debug, Default)]
pub struct History {
    planned: Vec<Step>,
    /// The steps that were carried out, by id; steps with the same id may differ in effect.
    done: BTreeMap<StepId, Vec<(Step, u32)>>,
    /// The steps that were refused for a stale fingerprint, with that fingerprint.
    refused: Vec<(StepId, String)>,
    /// Google's messages of the last refusal to delete a resource in use.
    in_use: Vec<String>,
    /// The steps that were refused for good and that the planner has an answer to.
    for_good: BTreeMap<StepId, Refused>,
}

impl History {
    /// The part of the history that the next run keeps: corrections that were given up.
    pub fn given_up(self) -> Self {
        let mut kept = Self { done: self.done, ..Self::default() };
        kept.keep(is_given_up);
        kept
    }

    /// Forgets the corrections that were given up, but for those of the steps `left`: the fields of all others are right by now,
    /// or not managed any more.
    pub fn leaves_only(&mut self, left: &[StepId]) {
        self.keep(|done| !is_given_up(done) || left.contains(&done.0.id));
    }

    /// Records the steps of the next pass; returns how often in a row one of them was carried out already, `None` if all are new.
    pub fn plans(&mut self, steps: &[Step]) -> Option<u32> {
        // Writes of the state are not counted, as their reply confirms their effect.
        let steps = steps.iter().filter(|step| !matches!(step.action, Action::WriteState(_)));
        self.planned = steps.cloned().collect();
        let planned: BTreeMap<StepId, Step> =
            self.planned.iter().map(|step| (step.id.clone(), step.clone())).collect();
        let is_planned = |step: &Step| planned.get(&step.id).is_some_and(|planned| is_same(planned, step));
        self.keep(|done| is_given_up(done) || is_planned(&done.0));
        self.refused.retain(|(refused, _)| planned.contains_key(refused));
        let again = self.done.values().flatten().filter(|(step, _)| is_planned(step));
        again.map(|(_, times)| *times).max()
    }

    /// Records which of the planned steps were carried out.
    pub fn did(&mut self, done: &[StepId]) {
        let done: BTreeSet<&StepId> = done.iter().collect();
        for step in self.planned.iter().filter(|step| done.contains(&step.id)) {
            if matches!(step.action, Action::TakeWords { .. }) {
                // What was refused is tried once more.
                self.for_good.clear();
            }
            let before = self.done.entry(step.id.clone()).or_default();
            match before.iter_mut().find(|(before, _)| is_same(before, step)) {
                Some((_, times)) => *times += 1,
                None => before.push((step.clone(), 1)),
            }
        }
    }

    /// Records that a planned step was refused for a stale fingerprint. Returns whether it was refused with the same fingerprint
    /// before, so that the reading cannot have been stale.
    pub fn was_refused(&mut self, id: &StepId) -> bool {
        let step = self.planned.iter().find(|step| step.id == *id);
        let Some(fingerprint) = step.and_then(|step| step.action.fingerprint()) else { return false };
        let refusal = (id.clone(), fingerprint.to_owned());
        let again = self.refused.contains(&refusal);
        if !again {
            self.refused.push(refusal);
        }
        again
    }

    /// Whether the planner has an answer to a refusal of the step `id` for good, so that it is no failure of the run.
    pub fn answers(id: &StepId) -> bool {
        [
            Milestone::Ipv6First,
            Milestone::OverlapOn,
            Milestone::SecondaryRange,
            Milestone::OverlapOff,
            Milestone::Ipv6,
            Milestone::RoutesStand,
            Milestone::RangeOff,
            Milestone::OverlapBack,
            Milestone::AsBefore,
        ]
        .into_iter()
        .any(|milestone| id.is_of(milestone))
            || matches!(id, StepId::Repair(_))
    }

    /// Records that the step `id` was refused for good.
    pub fn was_refused_for_good(&mut self, id: StepId, refused: Refused) {
        self.for_good.insert(id, refused);
    }

    /// The refusal of the step `id` for good, if there was one.
    pub(super) fn refusal(&self, id: &StepId) -> Option<&Refused> {
        self.for_good.get(id)
    }

    /// Records Google's messages for planned deletions that were refused because the resource is in use.
    pub fn was_in_use(&mut self, words: Vec<String>) {
        self.in_use = words;
    }

    /// Whether one of Google's messages about resources in use names the object at `path`.
    ///
    /// That they are such messages is known by their class; the text tells only which object it is. Nothing that is observed does: things
    /// of kinds that are not read may keep a VPC, and would lose what is deleted by mistake. Where the text names none, nothing is deleted.
    pub(super) fn is_in_the_way(&self, path: &str) -> bool {
        let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-');
        self.in_use.iter().any(|words| words.split(path).skip(1).any(ends))
    }

    /// Whether the planned step `id` was carried out before, with the same effect.
    pub fn has_done(&self, id: &StepId) -> bool {
        self.planned.iter().any(|step| step.id == *id && self.times(step) > 0)
    }

    /// The first planned step that was carried out [`REPEATS`] times already.
    pub fn in_vain(&self) -> Option<&Step> {
        let too_often = |step: &&Step| self.times(step) >= REPEATS;
        self.planned.iter().find(too_often)
    }

    /// Whether the correction that `step` makes is given up, as it had no effect [`CORRECTIONS`] times.
    pub(super) fn leaves(&self, step: &Step) -> bool {
        !step.changes.is_empty() && self.times(step) >= CORRECTIONS
    }

    fn times(&self, step: &Step) -> u32 {
        let done = self.done.get(&step.id);
        done.into_iter().flatten().find(|(done, _)| is_same(done, step)).map_or(0, |(_, times)| *times)
    }

    fn keep(&mut self, wanted: impl Fn(&(Step, u32)) -> bool) {
        self.done.retain(|_, steps| {
            steps.retain(&wanted);
            !steps.is_empty()
        });
    }
}

fn is_given_up((step, times): &(Step, u32)) -> bool {
    !step.changes.is_empty() && *times >= CORRECTIONS
}

/// Whether both steps have the same effect; fingerprints and former values may differ.
fn is_same(one: &Step, other: &Step) -> bool {
    let to = |step: &Step| -> Vec<(&str, Value)> {
        step.changes.iter().map(|change| (change.field, change.to.clone())).collect()
    };
    one.id == other.id && to(one) == to(other) && one.action.without_basis() == other.action.without_basis()
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn what_is_in_the_way_is_named_in_full() {
        let mut history = History::default();
        let named = |history: &History| history.is_in_the_way("routes/default-route-1");
        assert!(!named(&history));
        history.was_in_use(vec![
            "'projects/p/global/networks/n' is used by 'projects/p/global/routes/default-route-12'"
                .to_owned(),
        ]);
        assert!(!named(&history));
        history.was_in_use(vec!["used by 'projects/p/global/routes/default-route-1'".to_owned()]);
        assert!(named(&history));
        history.was_in_use(Vec::new());
        assert!(!named(&history));
    }
}
