//! The events that people are told of: each is an Event beside the Infrastructure and a line in the log.

use planner::desired::Advice;
use planner::journal::{Phase, State};
use planner::plan::resource::Traffic;
use planner::plan::{Action, Finding, Reason, Step, StepId};
use planner::text::{NAMED, line};
use planner::vocabulary::Milestone;

/// An event of an Infrastructure, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whether somebody should look at it.
    pub warning: bool,
    /// The kind of event, in one word of camel case, such as `Created`.
    pub reason: &'static str,
    /// The message: what happened to what, from what to what.
    pub text: String,
}

impl Event {
    /// An event that somebody should look at.
    pub fn warning(reason: &'static str, text: impl Into<String>) -> Self {
        Self { warning: true, reason, text: line(&text.into()) }
    }

    /// An event that is worth knowing.
    pub fn normal(reason: &'static str, text: impl Into<String>) -> Self {
        Self { warning: false, reason, text: line(&text.into()) }
    }

    /// The event of a finding of the planner.
    pub(crate) fn finding(finding: &Finding) -> Self {
        Self::warning("Finding", format!("{}: {}", finding.rule, finding.message))
    }

    /// The event of something odd about the configuration.
    pub(crate) fn advice(advice: &Advice) -> Self {
        Self::warning("ConfigurationAdvice", format!("{}: {}", advice.path, advice.message))
    }

    /// The first few of `events`, all of one reason, and an event that says how many more there are.
    pub(crate) fn few(events: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut events = events.into_iter();
        let mut few: Vec<Self> = events.by_ref().take(NAMED).collect();
        let rest = events.count();
        if let Some(last) = few.last().filter(|_| rest > 0) {
            few.push(Self { text: format!("and {rest} more like these"), ..last.clone() });
        }
        few
    }

    /// The events of `steps` that were carried out: one for each step, but one for all steps of a migration that differ only in the VM that
    /// they serve. A node that was cut off is told of by itself.
    ///
    /// `phase` is the phase of the migration before them, as the state recorded it.
    pub(crate) fn carried_out(steps: &[Step], phase: Option<Phase>) -> Vec<Self> {
        let count = |what: fn(&Step) -> bool| steps.iter().filter(|step| what(step)).count();
        let together = [
            (count(sets_aliases_in_turn), "AliasesSet", "VM(s) have their alias ranges set"),
            (count(removes_aliases), "AliasesRemoved", "VM(s) have their alias ranges taken off"),
            (count(deletes_pod_route), "RoutesDeleted", "route(s) to VMs are deleted"),
        ];
        let together = together.into_iter().filter(|(count, ..)| *count > 0);
        let mut events: Vec<_> = steps.iter().filter_map(|step| Self::step(step, phase)).collect();
        events.extend(together.map(|(count, reason, what)| Self::normal(reason, format!("{count} {what}"))));
        events
    }

    /// The event of a single step; `None` if it is told together with others, or not at all.
    fn step(step: &Step, phase: Option<Phase>) -> Option<Self> {
        if sets_aliases_in_turn(step) || removes_aliases(step) || deletes_pod_route(step) {
            return None;
        }
        let reason = match &step.action {
            Action::SetAliases { .. } => "Repaired",
            Action::WriteState(state) => return Self::record(state, &step.why, phase),
            Action::TakeWords { .. } => "WordsTaken",
            Action::IgnoreControlPlane { ignore: true, .. } | Action::ScaleCcm { replicas: 0, .. } => {
                "Frozen"
            }
            Action::IgnoreControlPlane { ignore: false, .. } | Action::ScaleCcm { .. } => "Released",
            action @ (Action::Insert { .. }
            | Action::Patch { .. }
            | Action::Delete { .. }
            | Action::SetNats { .. }) => match action.sign() {
                '+' => "Created",
                '-' => "Deleted",
                _ => "Changed",
            },
        };
        Some(Self::normal(reason, format!("{}: {}: {}", step.target(), step.action.summary(), step.why())))
    }

    /// The event of a write of the `state`, if by it the migration turns: it begins, or may only go forward or back from now on, or is
    /// taken back because of what is recorded.
    fn record(state: &State, why: &Reason, phase: Option<Phase>) -> Option<Self> {
        let enters = |entered| state.journal.phase == Some(entered) && phase != Some(entered);
        if enters(Phase::Deleting) {
            let text = "from here the migration only goes forward: routes are deleted";
            return Some(Self::normal("PointOfNoReturn", text));
        }
        if enters(Phase::Undoing) {
            let text = "from here the migration only goes back: aliases are taken off, each once its route was seen to stand";
            return Some(Self::normal("Undoing", text));
        }
        if enters(Phase::Preparing) {
            let text =
                "the migration to dual-stack begins, and may still go either way: pod routes are recorded";
            return Some(Self::normal("Preparing", text));
        }
        match why {
            Reason::CanaryJudged { what } => Some(Self::normal("CanaryJudged", what)),
            Reason::CanaryUnknown => Some(Self::warning("CanaryUnknown", why.to_string())),
            Reason::Refused => {
                let refused = state.lasting.refused.as_ref()?;
                Some(Self::warning("RefusedForGood", format!("{}: {}", refused.step, refused.text)))
            }
            _ => None,
        }
    }
}

/// Whether `step` sets aliases of a VM that is served meanwhile.
fn sets_aliases_in_turn(step: &Step) -> bool {
    let sets = matches!(step.action, Action::SetAliases { .. }) && step.why != Reason::Repaired;
    sets && !removes_aliases(step)
}

/// Whether `step` takes the aliases off a VM on the way back.
fn removes_aliases(step: &Step) -> bool {
    matches!(step.id, StepId::Migration(Milestone::AliasesOff, _))
        && matches!(step.action, Action::SetAliases { .. })
}

/// Whether `step` deletes the route to the pods of a VM.
fn deletes_pod_route(step: &Step) -> bool {
    matches!(step.action, Action::Delete { traffic: Some(Traffic::Pods { .. }), .. })
}
