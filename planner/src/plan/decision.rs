//! Decisions: what the planner answers.

use jiff::Timestamp;
use serde::Serialize;

use super::{Progress, Step, StepId};
use crate::journal::State;
use crate::snapshot::Parts;

/// The planner's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What to do now.
    pub verdict: Verdict,
    /// What was noticed; errors only together with [`Verdict::Refuse`].
    pub findings: Vec<Finding>,
    /// What will follow once this is done.
    pub later: Vec<Forecast>,
    /// The names of steps that are left out, as they were carried out several times in vain.
    pub left: Vec<StepId>,
    /// How far the migration is, if one is under way.
    pub progress: Option<Progress>,
}

/// What to do now.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing: all is as it shall be.
    Done,
    /// These steps.
    Act(Vec<Step>),
    /// Only to report that all is as it shall be, and to write this state in the same call: the one must not be without the other.
    Report(Box<State>),
    /// Nothing before `at`: something comes by itself.
    LookAgain {
        /// When.
        at: Timestamp,
        /// What comes.
        why: String,
        /// The parts of the cloud in which it shows; none: time alone is waited for, or the cloud-controller-manager.
        awaits: Parts,
    },
    /// Nothing at all: the findings forbid it, and nothing was touched.
    Refuse,
    /// Nothing: it cannot go on as it is. What was begun stays safe.
    Stuck {
        /// Why, and what to do.
        why: String,
        /// Whose it is to put right.
        blame: Blame,
    },
}

/// Whose it is to put something right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Nobody's in particular: it is tried again.
    Nobody,
    /// The owner of something that this controller may not touch.
    Dependency,
}

/// A step to come, whose exact form depends on what the steps before it bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Its name.
    pub id: StepId,
    /// `+`, `~` or `-`.
    pub sign: char,
    /// What it will do.
    pub action: String,
    /// The object or objects.
    pub target: String,
    /// Why.
    pub why: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Warn,
    /// Forbids to begin.
    Error,
}

/// Something that was noticed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// A short name of the rule, for machines.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What, which objects, which numbers, what to do.
    pub message: String,
}

impl Finding {
    /// A finding that forbids to begin.
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Error, message: message.into() }
    }

    /// A finding worth knowing.
    pub fn warn(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Warn, message: message.into() }
    }
}
