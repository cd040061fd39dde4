//! Decisions: the output of the planner.

use jiff::Timestamp;
use serde::Serialize;

use super::{Course, Progress, Step, StepId};
use crate::journal::{Place, State};
use crate::snapshot::Parts;

/// The output of the planner for one pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The course of the pass.
    pub course: Course,
    /// The verdict: what this pass does.
    pub verdict: Verdict,
    /// The findings. There are errors among them only with [`Verdict::Refuse`].
    pub findings: Vec<Finding>,
    /// The steps that are expected in later passes.
    pub later: Vec<Forecast>,
    /// The steps that are left out because they had no effect several times.
    pub left: Vec<StepId>,
    /// The progress of the migration; `None` if none is under way.
    pub progress: Option<Progress>,
    /// The place of the migration as people are told; `None` if there is none.
    pub place: Option<Place>,
}

/// The verdict on a pass: what is done next.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The network is as the target says, and nothing is to be done.
    Done,
    /// The steps are to be carried out.
    Act(Vec<Step>),
    /// The network is as the target says. It is to be reported, and this state written in the same call, because neither may be
    /// stored without the other.
    Report(Box<State>),
    /// A change by others is awaited, and nothing is to be done before `at`.
    LookAgain {
        /// The instant of the next observation.
        at: Timestamp,
        /// The awaited change, in words.
        why: String,
        /// The parts of the cloud that show the change; empty if only time or the cloud-controller-manager is awaited.
        awaits: Parts,
    },
    /// The findings have errors among them, and nothing is changed.
    Refuse,
    /// The pass cannot go on without help. What was begun stays safe.
    Stuck {
        /// The reason and the remedy, in words.
        why: String,
        /// The one who has to act.
        blame: Blame,
    },
}

/// The one who has to act on an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Nobody in particular; the reconciliation is retried.
    Nobody,
    /// The owner of a resource that this controller may not touch.
    Dependency,
    /// Whoever an earlier refusal was laid at, by Gardener's codes for it.
    Recorded(Vec<String>),
}

/// A later step, whose exact form depends on the outcome of earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The id that the step will have.
    pub id: StepId,
    /// The sign `+`, `~` or `-`.
    pub sign: char,
    /// The summary of the change.
    pub action: String,
    /// The name of the object, or a few words for several.
    pub target: String,
    /// The reason, in words.
    pub why: String,
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A warning, which stops nothing.
    Warn,
    /// An error, because of which nothing is begun.
    Error,
}

/// An observation about the configuration or the network that people should know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The short name of the rule, for machines, e.g. `vpc-mode`.
    pub rule: &'static str,
    /// The severity, which decides whether anything may begin.
    pub severity: Severity,
    /// The message for people, with the objects, the numbers and the remedy.
    pub message: String,
}

impl Finding {
    /// An error, because of which nothing is begun.
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Error, message: message.into() }
    }

    /// A warning, which stops nothing.
    pub fn warn(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Warn, message: message.into() }
    }
}
