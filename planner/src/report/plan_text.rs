//! The rendering of a decision, as text for people and as a document for machines.

use std::fmt::Write;

use serde::Serialize;

use crate::journal::State;
use crate::plan::resource::{Body, Change, SubnetChange};
use crate::plan::{Action, Course, Decision, Finding, Reason, Severity, Step, StepId, Verdict};
use crate::vocabulary::{CourseName, Milestone};

/// A decision as a document: `{verdict, course, step, findings[], unproven[], now[], later[]}`.
#[derive(Clone, Debug, Serialize)]
pub struct PlanDocument {
    /// The verdict: `done`, `act`, `report`, `wait`, `refused` or `stuck`.
    pub verdict: &'static str,
    /// The course of the migration, e.g. `preparing`; null if there is none.
    pub course: Option<&'static str>,
    /// The milestone that the migration has reached, at which it would go on, or that refuses it, e.g. `M3`; null where `course` is.
    pub step: Option<String>,
    /// The findings, errors and warnings.
    pub findings: Vec<Finding>,
    /// What nobody can foresee, because only trying it shows, e.g. `overlap flag at M3`.
    pub unproven: Vec<String>,
    /// The steps of this plan.
    pub now: Vec<PlanStep>,
    /// The steps that are expected to follow.
    pub later: Vec<PlanStep>,
}

/// A step as part of the document.
#[derive(Clone, Debug, Serialize)]
pub struct PlanStep {
    /// The step's id, e.g. `M5/ZONE/VM`; it begins with the protocol's step number if it has one.
    pub id: String,
    /// A sign (`+`, `~` or `-`) and a summary of the change.
    pub action: String,
    /// The name of the object, or a few words for several.
    pub target: String,
    /// The reason, in words.
    pub why: String,
    /// The steps of the same plan that must have succeeded before. The write of the state, which all others follow, is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

/// The decision as a document for machines.
pub fn plan_document(decision: &Decision) -> PlanDocument {
    let now = match &decision.verdict {
        Verdict::Act(steps) => steps.iter().map(|step| plan_step(step, steps)).collect(),
        Verdict::Report(state) => vec![PlanStep {
            id: StepId::milestone(reported(decision, state)).to_string(),
            why: why_reported(decision, state).to_string(),
            ..of_action(&Action::WriteState(state.clone()))
        }],
        Verdict::LookAgain { at, why, .. } => vec![PlanStep {
            id: "wait".to_owned(),
            action: format!("~ look again at {}", at.strftime("%Y-%m-%dT%H:%M:%SZ")),
            target: String::new(),
            why: why.clone(),
            after: Vec::new(),
        }],
        Verdict::Stuck { why, .. } => vec![PlanStep {
            id: "stuck".to_owned(),
            action: "~ report an error".to_owned(),
            target: "status.lastError".to_owned(),
            why: why.clone(),
            after: Vec::new(),
        }],
        Verdict::Done | Verdict::Refuse => Vec::new(),
    };
    let later = decision.later.iter().map(|forecast| PlanStep {
        id: forecast.id.to_string(),
        action: format!("{} {}", forecast.sign, forecast.action),
        target: forecast.target.clone(),
        why: forecast.why.clone(),
        after: Vec::new(),
    });
    PlanDocument {
        verdict: word(&decision.verdict),
        course: decision.course.name().map(CourseName::as_str),
        unproven: unproven(decision),
        step: step(decision).map(|step| step.to_string()),
        findings: decision.findings.clone(),
        now,
        later: later.collect(),
    }
}

/// The milestone at which a migration is, or would go on; `None`: there is none.
fn step(decision: &Decision) -> Option<Milestone> {
    decision.course.name()?;
    let at = decision.progress.map(|progress| progress.step).or(decision.place.map(|place| place.step));
    let does = || match &decision.verdict {
        Verdict::Refuse => Milestone::Preflight,
        Verdict::Act(steps) => {
            let milestones = steps.iter().filter_map(|step| match step.id {
                StepId::Migration(milestone, _) => Some(milestone),
                _ => None,
            });
            milestones.min().unwrap_or(Milestone::Detect)
        }
        Verdict::Report(state) => reported(decision, state),
        Verdict::Done | Verdict::LookAgain { .. } | Verdict::Stuck { .. } => Milestone::Detect,
    };
    Some(at.unwrap_or_else(does))
}

/// The milestone of a report.
fn reported(decision: &Decision, state: &State) -> Milestone {
    match (decision.course.goes_back(), state.journal.is_empty()) {
        (false, _) => Milestone::Report,
        (true, true) => Milestone::AsBefore,
        (true, false) => Milestone::RoutesStand,
    }
}

/// The reason for a report.
fn why_reported(decision: &Decision, state: &State) -> Reason {
    match (decision.course.goes_back(), state.journal.is_empty()) {
        (false, _) => Reason::MigrationOver,
        (true, true) => Reason::BackOver,
        (true, false) => Reason::RoutesToCome,
    }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Done => "done",
        Verdict::Act(_) => "act",
        Verdict::Report(_) => "report",
        Verdict::LookAgain { .. } => "wait",
        Verdict::Refuse => "refused",
        Verdict::Stuck { .. } => "stuck",
    }
}

/// What of a migration that is ahead only trying it shows: no API tells beforehand whether it is going to be refused. Each is tried while
/// all can still be taken back.
fn unproven(decision: &Decision) -> Vec<String> {
    const TRIED: [(&str, Milestone); 4] = [
        ("organisation policy", Milestone::Ipv6First),
        ("overlap flag", Milestone::OverlapOn),
        ("alias quota", Milestone::Aliases),
        ("guest agents", Milestone::Aliases),
    ];
    let present = |milestone| decision.progress.is_some_and(|progress| progress.step == milestone);
    let ahead =
        |milestone| present(milestone) || decision.later.iter().any(|later| later.id.is_of(milestone));
    let before = match decision.course {
        Course::Preparing { .. } => true,
        Course::Leaving
        | Course::Announced
        | Course::Committed
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Steady => false,
    };
    let tried = TRIED.into_iter().filter(|(_, milestone)| before && ahead(*milestone));
    let at_steps = tried.map(|(what, milestone)| format!("{what} at {milestone}"));
    let at_once = gives_ipv6_at_once(decision).then(|| "organisation policy for external IPv6".to_owned());
    at_steps.chain(at_once).collect()
}

/// Whether subnets get external IPv6 where there is nothing to migrate.
fn gives_ipv6_at_once(decision: &Decision) -> bool {
    let Verdict::Act(steps) = &decision.verdict else { return false };
    decision.course.name().is_none()
        && steps.iter().any(|step| match &step.action {
            Action::Insert { body: Body::Subnet(subnet), .. } => subnet.dual_stack,
            Action::Patch { change: Change::Subnet { change, .. }, .. } => *change == SubnetChange::DualStack,
            _ => false,
        })
}

/// The course and what is unproven, as lines for people.
pub fn plan_outlook(decision: &Decision) -> String {
    let mut text = String::new();
    if let Some(course) = decision.course.name() {
        line(&mut text, &format!("Course: {course}"));
    }
    let unproven = unproven(decision);
    if !unproven.is_empty() {
        line(&mut text, &format!("Unproven: {}", unproven.join(", ")));
    }
    text
}

fn plan_step(step: &Step, all: &[Step]) -> PlanStep {
    let writes_state =
        |id: &StepId| all.iter().any(|step| step.id == *id && matches!(step.action, Action::WriteState(_)));
    PlanStep {
        after: step.needs.iter().filter(|id| !writes_state(id)).map(ToString::to_string).collect(),
        id: step.id.to_string(),
        why: step.why(),
        ..of_action(&step.action)
    }
}

/// The step's action and target; its id and reason are left empty.
fn of_action(action: &Action) -> PlanStep {
    PlanStep {
        id: String::new(),
        action: format!("{} {}", action.sign(), action.summary()),
        target: action.target().to_owned(),
        why: String::new(),
        after: Vec::new(),
    }
}

/// The decision as text for people.
pub fn plan_text(decision: &Decision) -> String {
    let document = plan_document(decision);
    let mut text = String::new();
    for finding in &document.findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warn => "warning",
        };
        line(&mut text, &format!("{severity} [{}]: {}", finding.rule, finding.message));
    }
    match &decision.verdict {
        Verdict::Done => line(&mut text, "Nothing to do: everything is as it shall be."),
        Verdict::Refuse => {
            line(&mut text, "Refused: nothing would be changed until the errors above are put right.");
        }
        Verdict::Act(_) | Verdict::Report(_) | Verdict::LookAgain { .. } | Verdict::Stuck { .. } => {}
    }
    if let Some(progress) = decision.progress {
        line(&mut text, &progress.to_string());
    }
    if !document.now.is_empty() {
        line(&mut text, "Now:");
        document.now.iter().for_each(|step| step_lines(&mut text, step));
    }
    if !document.later.is_empty() {
        line(&mut text, "Later:");
        document.later.iter().for_each(|step| step_lines(&mut text, step));
    }
    text
}

fn step_lines(text: &mut String, step: &PlanStep) {
    let (sign, action) = step.action.split_once(' ').unwrap_or(("~", &step.action));
    let target = if step.target.is_empty() { String::new() } else { format!(" {}:", step.target) };
    line(text, &format!("  {sign} {}{target} {action}", step.id));
    line(text, &format!("      {}", step.why));
    if !step.after.is_empty() {
        line(text, &format!("      after {}", step.after.join(", ")));
    }
}

fn line(text: &mut String, content: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{content}");
}
