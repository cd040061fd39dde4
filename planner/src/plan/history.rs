//! What became of the steps of earlier passes: a change that is taken, and never seen, would be planned for ever.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Step, StepId};

/// How often a step may be carried out without any effect that the next look shows, before it is in the way of all else.
pub const REPEATS: u32 = 8;
/// How often fields may be put right that are then seen as before, until they are left as they are.
const CORRECTIONS: u32 = 4;

/// The steps of the last passes, and how often in a row each was carried out.
#[derive(Clone, Debug, Default)]
pub struct History {
    planned: Vec<Step>,
    /// By name; what is done under one name may differ from time to time.
    done: BTreeMap<StepId, Vec<(Step, u32)>>,
    /// Refused as made from an old reading, with the fingerprint of that reading.
    refused: Vec<(StepId, String)>,
    /// What Google said when it last refused to delete what is in use.
    in_use: Vec<String>,
}

impl History {
    /// Without what was merely planned or tried: what of it holds for another run.
    pub fn given_up(self) -> Self {
        let mut kept = Self { done: self.done, ..Self::default() };
        kept.keep(is_given_up);
        kept
    }

    /// A plan leaves the fields of the steps called `left` as they are. What it does not leave any more is right by now, or not asked for.
    pub fn leaves_only(&mut self, left: &[StepId]) {
        self.keep(|done| !is_given_up(done) || left.contains(&done.0.id));
    }

    /// The next pass plans `steps`. How often in a row one of them was carried out already; none: all are new.
    pub fn plans(&mut self, steps: &[Step]) -> Option<u32> {
        // Writes of the state are their own business: their effect is confirmed by the reply.
        let steps = steps.iter().filter(|step| !matches!(step.action, super::Action::WriteState(_)));
        self.planned = steps.cloned().collect();
        let planned: BTreeMap<StepId, Step> =
            self.planned.iter().map(|step| (step.id.clone(), step.clone())).collect();
        let is_planned = |step: &Step| planned.get(&step.id).is_some_and(|planned| is_same(planned, step));
        self.keep(|done| is_given_up(done) || is_planned(&done.0));
        self.refused.retain(|(refused, _)| planned.contains_key(refused));
        let again = self.done.values().flatten().filter(|(step, _)| is_planned(step));
        again.map(|(_, times)| *times).max()
    }

    /// Of the steps that were planned, these were carried out.
    pub fn did(&mut self, done: &[StepId]) {
        let done: BTreeSet<&StepId> = done.iter().collect();
        for step in self.planned.iter().filter(|step| done.contains(&step.id)) {
            let before = self.done.entry(step.id.clone()).or_default();
            match before.iter_mut().find(|(before, _)| is_same(before, step)) {
                Some((_, times)) => *times += 1,
                None => before.push((step.clone(), 1)),
            }
        }
    }

    /// The planned step called `id` was refused as made from an old reading. Whether it was so before, and the object still reads
    /// the same: then it was not the reading that was wrong.
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

    /// Of the steps that were planned, these were refused because something is in use, in Google's words.
    pub fn was_in_use(&mut self, words: Vec<String>) {
        self.in_use = words;
    }

    /// Whether Google named the object at `path` as what is in the way.
    pub(super) fn is_in_the_way(&self, path: &str) -> bool {
        let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-');
        self.in_use.iter().any(|words| words.split(path).skip(1).any(ends))
    }

    /// Whether the planned step called `id` was carried out before, with the same effect.
    pub fn has_done(&self, id: &StepId) -> bool {
        self.planned.iter().any(|step| step.id == *id && self.times(step) > 0)
    }

    /// A step that was carried out [`REPEATS`] times and is planned again.
    pub fn in_vain(&self) -> Option<&Step> {
        let too_often = |step: &&Step| self.times(step) >= REPEATS;
        self.planned.iter().find(too_often)
    }

    /// Whether the fields that `step` puts right were put right so often that they are left as they are.
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

/// Whether both have the same effect; a fingerprint may differ all the same, and so may what was there before.
fn is_same(one: &Step, other: &Step) -> bool {
    let to = |step: &Step| -> Vec<(&str, Value)> {
        step.changes.iter().map(|change| (change.field, change.to.clone())).collect()
    };
    one.id == other.id && to(one) == to(other) && one.action.effect() == other.action.effect()
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
