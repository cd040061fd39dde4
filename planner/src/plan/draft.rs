//! The draft of a decision, to which the planners of all resources add.

use jiff::Timestamp;

use super::context::Context;
use super::resource::{Kind, ResourceRef};
use super::{
    Action, Blame, Course, Decision, FieldChange, Finding, Forecast, Progress, Reason, Severity, Step,
    StepId, Verdict,
};
use crate::journal::State;
use crate::snapshot::{Part, Parts, Snapshot, Subnet};

/// The draft of a decision, as far as the planners have come.
pub(super) struct Draft {
    /// The `status.state` to write. A pass that changes anything else writes it first.
    pub(super) state: State,
    /// The id and reason of a write of the state that is due even if nothing else changes.
    state_due: Option<(StepId, Reason)>,
    report: bool,
    hold_state: bool,
    pub(super) steps: Vec<Step>,
    pub(super) later: Vec<Forecast>,
    pub(super) findings: Vec<Finding>,
    left: Vec<StepId>,
    pub(super) progress: Option<Progress>,
    /// The place at which a migration stands that is not under way.
    pub(super) stands: Option<Progress>,
    wait: Option<(Timestamp, String)>,
    /// The parts of the cloud that show what is waited for.
    awaits: Parts,
    stuck: Option<(String, Blame)>,
    /// The error with which the run ends once nothing else is left to do.
    rest: Option<(String, Blame)>,
}

impl Draft {
    pub(super) fn new(seen: &Snapshot) -> Self {
        Self {
            state: State { unwritten: false, ..seen.state.clone() },
            state_due: None,
            report: false,
            hold_state: false,
            steps: Vec::new(),
            later: Vec::new(),
            findings: Vec::new(),
            left: Vec::new(),
            progress: None,
            stands: None,
            wait: None,
            awaits: Parts::new(),
            stuck: None,
            rest: None,
        }
    }

    pub(super) fn act(&mut self, id: StepId, action: Action, why: Reason) {
        self.steps.push(Step::new(id, action, why));
    }

    /// Adds a step that corrects fields, or a warning in its place if that correction had no effect several times.
    pub(super) fn change(
        &mut self,
        context: Context<'_>,
        id: StepId,
        action: Action,
        changes: Vec<FieldChange>,
    ) {
        let step = Step { changes, ..Step::new(id, action, Reason::Differs) };
        if context.history.leaves(&step) {
            self.findings.push(Finding::warn(
                "no-effect",
                format!(
                    "{} ({}): {} was put right several times and is as before; it is left so: look whether somebody else changes it \
                     back, or whether Google means the same by both",
                    step.id,
                    step.target(),
                    step.why()
                ),
            ));
            self.left.push(step.id);
            return;
        }
        self.steps.push(step);
    }

    /// Whether a step changes `subnet`.
    pub(super) fn touches(&self, subnet: &Subnet) -> bool {
        let object = ResourceRef::regional(Kind::Subnet, &subnet.region, &subnet.name);
        self.steps.iter().any(|step| step.action.object().as_ref() == Some(&object))
    }

    /// The ids of the steps for which `wanted` is true.
    pub(super) fn ids(&self, wanted: impl Fn(&StepId) -> bool) -> Vec<StepId> {
        self.steps.iter().map(|step| &step.id).filter(|id| wanted(id)).cloned().collect()
    }

    /// Adds a forecast of a later step.
    pub(super) fn later(
        &mut self,
        id: StepId,
        sign: char,
        target: impl Into<String>,
        action: impl Into<String>,
        why: &str,
    ) {
        self.later.push(Forecast {
            id,
            sign,
            action: action.into(),
            target: target.into(),
            why: why.to_owned(),
        });
    }

    /// Requests a write of the state even if nothing else changes.
    pub(super) fn write_state(&mut self, id: StepId, why: Reason) {
        self.state_due.get_or_insert((id, why));
    }

    /// Requests that the state be written together with the status, because everything else is done.
    pub(super) fn report(&mut self) {
        self.report = true;
    }

    /// Whether the state is to be written together with the status.
    pub(super) fn reports(&self) -> bool {
        self.report
    }

    /// Requests that no further write of the state be added, because a step writes it already.
    pub(super) fn hold_state(&mut self) {
        self.hold_state = true;
    }

    /// Whether no further write of the state may be added.
    pub(super) fn holds_state(&self) -> bool {
        self.hold_state
    }

    /// The id and reason of the requested write of the state, if any.
    pub(super) fn state_due(&self) -> Option<&(StepId, Reason)> {
        self.state_due.as_ref()
    }

    /// Requests an observation of all parts at `at`; of several requests, the earliest counts.
    pub(super) fn wait(&mut self, at: Timestamp, why: impl Into<String>) {
        self.wait_for(at, why, Parts::from(Part::STANDING));
    }

    /// Requests an observation at `at` of the parts that show what is waited for.
    pub(super) fn wait_for(&mut self, at: Timestamp, why: impl Into<String>, awaits: Parts) {
        self.awaits.extend(awaits);
        if self.wait.as_ref().is_none_or(|(earlier, _)| at < *earlier) {
            self.wait = Some((at, why.into()));
        }
    }

    /// Records that the pass cannot go on.
    pub(super) fn stuck(&mut self, why: impl Into<String>) {
        self.stuck_for(Blame::Nobody, why);
    }

    /// Records that the pass cannot go on, and who has to act.
    pub(super) fn stuck_for(&mut self, blame: Blame, why: impl Into<String>) {
        self.stuck.get_or_insert((why.into(), blame));
    }

    /// Requests that the run end with an error once nothing else is left to do.
    pub(super) fn rest(&mut self, why: impl Into<String>, blame: Blame) {
        self.rest.get_or_insert((why.into(), blame));
    }

    /// Takes over the steps of `other` as forecasts only, and its errors as warnings, so that nothing of it delays the current
    /// work.
    pub(super) fn put_off(&mut self, other: Self) {
        for step in other.steps {
            let (sign, action) = (step.action.sign(), step.action.summary());
            self.later(step.id, sign, step.action.target(), action, "put off until the migration is over");
        }
        self.later.extend(other.later);
        self.findings.extend(other.findings);
        self.left.extend(other.left);
        if let Some((why, _)) = other.stuck {
            self.findings.push(Finding::warn("put-off", why));
        }
        self.soften("put off until the migration is over");
    }

    /// Takes over what `failing` tells, its errors as warnings: it comes once the current work is done.
    pub(super) fn precede(&mut self, failing: Self) {
        (self.findings, self.left) = (failing.findings, failing.left);
        (self.progress, self.stands) = (failing.progress, failing.stands);
        self.stuck = failing.stuck;
        self.soften("put off until the control plane is given back");
    }

    /// Turns errors into warnings, so that nothing keeps what is more urgent from being finished; `until` says what that is.
    fn soften(&mut self, until: &str) {
        if self.refuses() {
            self.later(StepId::PutOff, '~', "", "report what is wrong", until);
        }
        for finding in &mut self.findings {
            finding.severity = Severity::Warn;
        }
        if let Some((why, _)) = self.stuck.take() {
            self.findings.push(Finding::warn("put-off", why));
        }
    }

    /// Whether no step, no wait and no error was added.
    pub(super) fn is_idle(&self) -> bool {
        self.steps.is_empty() && self.wait.is_none() && self.stuck.is_none() && !self.refuses()
    }

    /// Whether the pass ends in an error.
    pub(super) fn fails(&self) -> bool {
        self.refuses() || self.stuck.is_some()
    }

    pub(super) fn refuses(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    pub(super) fn decide(self, course: Course) -> Decision {
        let place = self.state.told.place;
        let refuses = self.refuses();
        let verdict = match (self.stuck, self.wait) {
            _ if refuses => Verdict::Refuse,
            (Some((why, blame)), _) => Verdict::Stuck { why, blame },
            _ if self.report => Verdict::Report(Box::new(self.state)),
            _ if !self.steps.is_empty() => Verdict::Act(self.steps),
            (_, Some((at, why))) => Verdict::LookAgain { at, why, awaits: self.awaits },
            (None, None) => match self.rest {
                Some((why, blame)) => Verdict::Stuck { why, blame },
                None => Verdict::Done,
            },
        };
        Decision {
            course,
            verdict,
            findings: self.findings,
            later: self.later,
            left: self.left,
            progress: self.progress,
            place,
        }
    }
}
