//! The events that people are told of: each is an Event beside the Infrastructure and a line in the log.

use planner::desired::Advice;
use planner::journal::Phase;
use planner::plan::resource::Traffic;
use planner::plan::{Action, Finding, Reason, Step};
use planner::text::{NAMED, line};

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
            (count(deletes_pod_route), "RoutesDeleted", "route(s) to VMs are deleted"),
        ];
        let together = together.into_iter().filter(|(count, ..)| *count > 0);
        let mut events: Vec<_> = steps.iter().filter_map(|step| Self::step(step, phase)).collect();
        events.extend(together.map(|(count, reason, what)| Self::normal(reason, format!("{count} {what}"))));
        events
    }

    /// The event of a single step; `None` if it is told together with others, or not at all.
    fn step(step: &Step, phase: Option<Phase>) -> Option<Self> {
        if sets_aliases_in_turn(step) || deletes_pod_route(step) {
            return None;
        }
        let reason = match &step.action {
            Action::SetAliases { .. } => "Repaired",
            Action::WriteState(state) => {
                let begins = state.journal.phase == Some(Phase::Deleting) && phase != Some(Phase::Deleting);
                return begins.then(|| {
                    Self::normal(
                        "PointOfNoReturn",
                        "from here the migration only goes forward: routes are deleted",
                    )
                });
            }
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
}

/// Whether `step` sets aliases of a VM that is served meanwhile.
fn sets_aliases_in_turn(step: &Step) -> bool {
    matches!(step.action, Action::SetAliases { .. }) && step.why != Reason::Repaired
}

/// Whether `step` deletes the route to the pods of a VM.
fn deletes_pod_route(step: &Step) -> bool {
    matches!(step.action, Action::Delete { traffic: Some(Traffic::Pods { .. }), .. })
}
