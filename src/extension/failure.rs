//! Why a reconciliation ended without having reached its goal.

use std::time::Duration;

use thiserror::Error;

use super::codes;
use crate::apply::ApplyError;
use crate::journal::StateError;
use crate::observe::ObserveError;
use crate::plan::{Finding, Severity, StepId, Violation};
use crate::report::chain;
use crate::target::TargetError;

/// A reconciliation that did not reach its goal.
#[derive(Debug, Error)]
pub enum Failure {
    /// A call to the seed failed.
    #[error("{}", chain(.0))]
    Kubernetes(#[from] crate::kubernetes::Error),
    /// The credentials cannot be used, or Google refuses.
    #[error("{}", chain(.0))]
    Cloud(#[from] crate::gcp::Error),
    /// The documents ask for something impossible.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The state cannot be read; nothing was changed.
    #[error(transparent)]
    State(#[from] StateError),
    /// The world cannot be read.
    #[error("{}", chain(.0))]
    Observe(#[from] ObserveError),
    /// The plan would break an invariant.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// The findings forbid to begin.
    #[error("{}", findings(.0))]
    Refused(Vec<Finding>),
    /// It cannot go on as it is.
    #[error("{0}")]
    Stuck(String),
    /// Steps failed, and no other made progress.
    #[error("{}", steps(.0))]
    Steps(Vec<(StepId, ApplyError)>),
    /// It took too long.
    #[error("not done after {} s, still waiting: {why}", .after.as_secs())]
    Deadline {
        /// How long it took.
        after: Duration,
        /// What it waits for.
        why: String,
    },
    /// The operation is not one of this version's.
    #[error("this version cannot {0} an Infrastructure: hand the shoot back to the controller that can")]
    Unsupported(&'static str),
}

impl Failure {
    /// Gardener's codes, sorted.
    pub fn codes(&self) -> Vec<String> {
        let mut codes: Vec<String> = match self {
            Self::Refused(_) | Self::Target(_) => vec![codes::CONFIGURATION_PROBLEM.to_owned()],
            Self::Cloud(error) | Self::Observe(ObserveError::Cloud(error)) => of_cloud(error),
            Self::Steps(steps) => steps
                .iter()
                .flat_map(|(_, error)| match error {
                    ApplyError::Cloud(error) => of_cloud(error),
                    ApplyError::Kubernetes(_) | ApplyError::NoCloud => Vec::new(),
                })
                .collect(),
            _ => Vec::new(),
        };
        codes.sort();
        codes.dedup();
        codes
    }
}

fn of_cloud(error: &crate::gcp::Error) -> Vec<String> {
    codes::of_cloud(error.class()).iter().map(|code| (*code).to_owned()).collect()
}

fn findings(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let texts: Vec<&str> = errors.map(|finding| finding.message.as_str()).collect();
    format!("refused before anything was changed: {}", texts.join("; "))
}

fn steps(steps: &[(StepId, ApplyError)]) -> String {
    let texts: Vec<String> = steps.iter().map(|(id, error)| format!("{id}: {}", chain(error))).collect();
    format!("{} step(s) failed: {}", steps.len(), texts.join("; "))
}
