//! The plan as a whole: steps are called by what they do, wait for what they rest on, and change each thing once.

use std::collections::BTreeSet;

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use super::teardown;
use crate::plan::resource::{Kind, Place, ResourceRef};
use crate::plan::{Action, Step, StepId};

/// A thing that a step changes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Resource(ResourceRef),
    State,
    Words,
    ControlPlane,
    Ccm,
}

/// The steps of a plan that were judged so far.
#[derive(Default)]
pub(super) struct Order<'a> {
    names: BTreeSet<&'a StepId>,
    changed: BTreeSet<Thing>,
}

impl<'a> Order<'a> {
    /// Judges the next step of the plan.
    pub(super) fn next(&mut self, evidence: &Evidence<'_>, step: &'a Step) -> Judgement {
        let changed = thing(&step.action);
        if let Thing::Resource(object) = &changed {
            let path = object.path();
            let busy = path.is_some_and(|path| evidence.seen.cloud.in_flight.contains_key(&path));
            Rule::NothingInFlight.demands(!busy, || "an operation on it is under way")?;
        }
        let first = self.changed.insert(changed);
        Rule::OneChange
            .demands(first, || "it is changed twice, the second time by what was read before the first")?;
        let mut needs = BTreeSet::new();
        let wrong = step.needs.iter().find(|need| !self.names.contains(need) || !needs.insert(*need));
        Rule::Needs.demands(wrong.is_none(), || match wrong {
            Some(need) => format!("it waits for {need}, which is no step before it, or twice"),
            None => String::new(),
        })?;
        Rule::StepName.demands(self.names.insert(&step.id), || "two steps bear its name")?;
        after_state(evidence, step)?;
        teardown::in_order(evidence, step)
    }
}

/// Demands that a step wait for the plan's write of the state, if there is one. Nothing has to wait for the record that a freeze
/// was taken back.
fn after_state(evidence: &Evidence<'_>, step: &Step) -> Judgement {
    let Some(write) = evidence.write_step else { return Ok(()) };
    let waits = evidence.ends_release || step.id == *write || step.needs.contains(write);
    Rule::StateFirst.demands(waits, || format!("it does not wait for {write}"))
}

fn thing(action: &Action) -> Thing {
    Thing::Resource(match action {
        Action::Insert { object, .. } | Action::Patch { object, .. } | Action::Delete { object, .. } => {
            object.clone()
        }
        Action::SetNats { router, .. } => router.clone(),
        Action::SetAliases { vm, .. } => {
            ResourceRef { kind: Kind::Vm, place: Place::Zone(vm.zone.clone()), name: vm.name.clone() }
        }
        Action::WriteState(_) => return Thing::State,
        Action::TakeWords { .. } => return Thing::Words,
        Action::IgnoreControlPlane { .. } => return Thing::ControlPlane,
        Action::ScaleCcm { .. } => return Thing::Ccm,
    })
}
