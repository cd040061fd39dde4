//! The decision in the making.

use jiff::Timestamp;

use super::{Action, Decision, Finding, Forecast, Progress, Severity, Step, StepId, Verdict};
use crate::journal::State;
use crate::snapshot::Snapshot;

/// What the planners of the resources have put together so far.
pub(super) struct Draft {
    /// `status.state` as it shall be; written first in a pass that changes anything else.
    pub(super) state: State,
    /// The state must be written even if nothing else changes: name and reason of that step.
    state_due: Option<(String, &'static str)>,
    report: bool,
    hold_state: bool,
    pub(super) steps: Vec<Step>,
    pub(super) later: Vec<Forecast>,
    pub(super) findings: Vec<Finding>,
    pub(super) progress: Option<Progress>,
    wait: Option<(Timestamp, String)>,
    stuck: Option<String>,
}

impl Draft {
    pub(super) fn new(seen: &Snapshot) -> Self {
        Self {
            state: seen.state.clone(),
            state_due: None,
            report: false,
            hold_state: false,
            steps: Vec::new(),
            later: Vec::new(),
            findings: Vec::new(),
            progress: None,
            wait: None,
            stuck: None,
        }
    }

    /// Adds a step.
    pub(super) fn act(
        &mut self,
        id: impl Into<String>,
        target: impl Into<String>,
        action: Action,
        why: impl Into<String>,
    ) {
        let step =
            Step { id: StepId::new(id), action, target: target.into(), why: why.into(), needs: Vec::new() };
        self.steps.push(step);
    }

    /// Adds a step to come.
    pub(super) fn later(
        &mut self,
        id: &str,
        sign: char,
        target: impl Into<String>,
        action: impl Into<String>,
        why: &str,
    ) {
        self.later.push(Forecast {
            id: StepId::new(id),
            sign,
            action: action.into(),
            target: target.into(),
            why: why.to_owned(),
        });
    }

    /// Asks that the state be written even if nothing else changes.
    pub(super) fn write_state(&mut self, id: impl Into<String>, why: &'static str) {
        self.state_due.get_or_insert((id.into(), why));
    }

    /// Asks that the state be written together with the status: all else is done.
    pub(super) fn report(&mut self, id: impl Into<String>, why: &'static str) {
        self.write_state(id, why);
        self.report = true;
    }

    /// Asks that the state stay as it was seen: a step writes it already.
    pub(super) fn hold_state(&mut self) {
        self.hold_state = true;
    }

    /// Whether the state shall stay as it was seen.
    pub(super) fn holds_state(&self) -> bool {
        self.hold_state
    }

    /// Name and reason of the step that writes the state, if it was asked for.
    pub(super) fn state_due(&self) -> Option<&(String, &'static str)> {
        self.state_due.as_ref()
    }

    /// Asks to look again at `at`; of several, the earliest counts.
    pub(super) fn wait(&mut self, at: Timestamp, why: impl Into<String>) {
        if self.wait.as_ref().is_none_or(|(earlier, _)| at < *earlier) {
            self.wait = Some((at, why.into()));
        }
    }

    /// Says that it cannot go on.
    pub(super) fn stuck(&mut self, why: impl Into<String>) {
        self.stuck.get_or_insert(why.into());
    }

    /// Whether anything is still to be done or to come.
    pub(super) fn is_idle(&self) -> bool {
        self.steps.is_empty() && self.wait.is_none() && self.stuck.is_none() && !self.refuses()
    }

    pub(super) fn refuses(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    pub(super) fn decide(mut self) -> Decision {
        let refuses = self.refuses();
        let verdict = match (self.stuck, self.wait) {
            _ if refuses => Verdict::Refuse,
            (Some(why), _) => Verdict::Stuck { why },
            _ if self.report => match self.steps.pop() {
                Some(step) => Verdict::Report(Box::new(step)),
                None => Verdict::Done,
            },
            _ if !self.steps.is_empty() => Verdict::Act(self.steps),
            (_, Some((at, why))) => Verdict::LookAgain { at, why },
            (None, None) => Verdict::Done,
        };
        Decision { verdict, findings: self.findings, later: self.later, progress: self.progress }
    }
}
