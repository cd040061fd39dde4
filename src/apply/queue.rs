//! The order in which steps are carried out: each one after those that it needs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use planner::plan::{Step, StepId};

/// Steps that are not begun yet. The work per step is proportional to the number of steps that it needs.
pub(super) struct Queue {
    /// The steps that can begin, in order.
    ready: VecDeque<Step>,
    /// The steps that cannot begin yet, by position in the plan, each with the steps that it still waits for.
    waiting: BTreeMap<usize, (Step, BTreeSet<StepId>)>,
    /// For each step that is not done, the positions of the steps that wait for it.
    waits_for: BTreeMap<StepId, Vec<usize>>,
}

impl Queue {
    /// A queue of all `steps`.
    pub(super) fn of(steps: Vec<Step>) -> Self {
        let mut queue = Self { ready: VecDeque::new(), waiting: BTreeMap::new(), waits_for: BTreeMap::new() };
        for (place, step) in steps.into_iter().enumerate() {
            if step.needs.is_empty() {
                queue.ready.push_back(step);
                continue;
            }
            let needs: BTreeSet<StepId> = step.needs.iter().cloned().collect();
            for need in &needs {
                queue.waits_for.entry(need.clone()).or_default().push(place);
            }
            queue.waiting.insert(place, (step, needs));
        }
        queue
    }

    /// The next step that can begin; `None` if all remaining ones wait for others.
    pub(super) fn next(&mut self) -> Option<Step> {
        self.ready.pop_front()
    }

    /// Records that step `id` is done. Steps that waited for it alone are next.
    pub(super) fn is_done(&mut self, id: &StepId) {
        for place in self.waits_for.remove(id).into_iter().flatten().rev() {
            let Some((_, needs)) = self.waiting.get_mut(&place) else { continue };
            needs.remove(id);
            if needs.is_empty() {
                self.waiting.remove(&place).into_iter().for_each(|(step, _)| self.ready.push_front(step));
            }
        }
    }

    /// The steps that were never begun, in the order of the plan.
    pub(super) fn left(self) -> Vec<StepId> {
        self.ready
            .into_iter()
            .chain(self.waiting.into_values().map(|(step, _)| step))
            .map(|step| step.id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use planner::plan::{Action, Reason};

    fn id(name: &str) -> StepId {
        StepId::Route(name.into())
    }

    fn step(name: &str, needs: &[&str]) -> Step {
        Step {
            id: id(name),
            action: Action::ScaleCcm { replicas: 0, version: String::new() },
            why: Reason::Missing,
            needs: needs.iter().map(|need| id(need)).collect(),
            changes: Vec::new(),
        }
    }

    #[test]
    fn a_step_comes_once_all_that_it_needs_is_done_and_never_if_that_is_not() {
        let plan = [("a", &[] as &[&str]), ("b", &["a", "c"]), ("c", &[]), ("d", &["a"]), ("e", &["b", "x"])];
        let mut queue = Queue::of(plan.iter().map(|(id, needs)| step(id, needs)).collect());
        let next = |queue: &mut Queue| queue.next().map(|step| step.id);
        assert_eq!(next(&mut queue), Some(id("a")));
        queue.is_done(&id("a"));
        assert_eq!(next(&mut queue), Some(id("d")), "what waited comes first");
        assert_eq!(next(&mut queue), Some(id("c")));
        assert_eq!(next(&mut queue), None);
        queue.is_done(&id("c"));
        assert_eq!(next(&mut queue), Some(id("b")));
        queue.is_done(&id("b"));
        assert_eq!(queue.left(), [id("e")]);
    }
}
