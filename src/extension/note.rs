//! What people are told while it happens: an event beside the Infrastructure and a line in the log.

use crate::plan::{Action, Finding, Step};

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Whether somebody should look at it.
    pub warning: bool,
    /// What kind of thing happened, in one word of camel case.
    pub reason: &'static str,
    /// What happened to what, from what to what.
    pub text: String,
}

impl Note {
    /// Somebody should look at `text`.
    pub fn warning(reason: &'static str, text: impl Into<String>) -> Self {
        Self { warning: true, reason, text: text.into() }
    }

    /// `text` is worth knowing.
    pub fn normal(reason: &'static str, text: impl Into<String>) -> Self {
        Self { warning: false, reason, text: text.into() }
    }

    /// A finding of the planner.
    pub(super) fn finding(finding: &Finding) -> Self {
        Self::warning("Finding", format!("{}: {}", finding.rule, finding.message))
    }

    /// A step that was carried out, if it is one of few: what is done node by node is told as progress.
    pub(super) fn step(step: &Step) -> Option<Self> {
        let told = !matches!(
            step.action,
            Action::WriteState(_)
                | Action::SetAliases { .. }
                | Action::DeleteRoute { .. }
                | Action::IgnoreControlPlane { .. }
                | Action::ScaleCcm { .. }
        );
        let reason = match step.action.sign() {
            '+' => "Created",
            '-' => "Deleted",
            _ => "Changed",
        };
        told.then(|| {
            Self::normal(reason, format!("{}: {}: {}", step.target, step.action.summary(), step.why))
        })
    }
}
