//! The failures by which a reconciliation ends without having reached its goal.

use std::time::Duration;

use planner::desired::TargetError;
use planner::journal::StateError;
use planner::plan::{Blame, Finding, IN_THE_WAY, REPEATS, Severity, Step, StepId, Violation};
use planner::report::REFUSED_AT_M1;
use planner::text::chain;
use planner::text::listed;
use thiserror::Error;

use super::remedy;
use crate::apply::ApplyError;
use crate::gcp::Class;
use crate::observe::ObserveError;

/// The reason for which a reconciliation did not reach its goal.
#[derive(Debug, Error)]
pub enum Failure {
    /// A call to the seed failed.
    #[error("{}", chain(.0))]
    Kubernetes(#[from] crate::kubernetes::Error),
    /// The Secret with the credentials cannot be read.
    #[error("no client of Google Cloud can be made: {}", chain(.0))]
    Secret(#[source] crate::kubernetes::Error),
    /// No client can be made of the credentials.
    #[error("no client of Google Cloud can be made: {}", chain(.0))]
    Credentials(#[source] crate::gcp::Error),
    /// A call to Google failed.
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
    /// The findings forbid to begin, or to go on.
    #[error("{}", refusal(findings, *when))]
    Refused {
        /// The findings, errors among them.
        findings: Vec<Finding>,
        /// Where a migration is meanwhile.
        when: When,
    },
    /// The operation cannot go on as things are.
    #[error("{why}")]
    Stuck {
        /// The reason, and what to do.
        why: String,
        /// The one who can put it right.
        blame: Blame,
    },
    /// A step is carried out again and again, and Google does not show its effect.
    #[error(
        "{} ({}) was carried out {times} times without any effect that Google shows: {}; {}; look whether an operation for it is \
         still under way, or whether somebody takes it back",
        .step.id, .step.target(), .step.why(), .step.action.summary(), times = REPEATS
    )]
    NoEffect {
        /// The step that has no effect.
        step: Box<Step>,
    },
    /// Steps failed, and no other made progress.
    #[error("{}", steps(.0))]
    Steps(Vec<(StepId, ApplyError)>),
    /// A quota is used up.
    #[error("{failure}; used up: {quotas}")]
    Quota {
        /// The failure that the quota caused.
        failure: Box<Failure>,
        /// The quotas that are used up, with limit and usage.
        quotas: String,
    },
    /// A failure was met that does not pass by itself, and it is known what comes next.
    #[error("{failure}; {how}")]
    Advised {
        /// The failure.
        failure: Box<Failure>,
        /// What to do, in words.
        how: String,
    },
    /// A failure was met, and other obstacles were found as well.
    #[error("{failure}. Besides, {what}")]
    InTheWay {
        /// The failure that was met first.
        failure: Box<Failure>,
        /// The other obstacles, in words.
        what: String,
    },
    /// The run took too long.
    #[error("not done after {} s, still waiting: {why}", .after.as_secs())]
    Deadline {
        /// The time that it took.
        after: Duration,
        /// The event that it waits for.
        why: String,
    },
}

/// Where a migration is while findings refuse something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// No migration is wanted or under way.
    NoMigration,
    /// One would begin, but for the findings.
    Preflight,
    /// One is under way.
    Begun,
}

impl Failure {
    /// The failure with the obstacles that `findings` name, so that all of them are told at once.
    pub(crate) fn and_in_the_way(self, findings: &[Finding]) -> Self {
        match findings.iter().find(|finding| finding.rule == IN_THE_WAY) {
            Some(finding) => Self::InTheWay { failure: Box::new(self), what: finding.message.clone() },
            None => self,
        }
    }

    /// The failure with what `way_on` says that comes next after one of its steps, if that was refused.
    pub(crate) fn and_what_next(self, way_on: impl Fn(&StepId) -> Option<String>) -> Self {
        let Self::Steps(steps) = &self else { return self };
        let in_use =
            |error: &ApplyError| matches!(error, ApplyError::Cloud(error) if error.class() == Class::InUse);
        let refused = steps.iter().filter(|(_, error)| !error.is_transient() || in_use(error));
        match refused.filter_map(|(id, _)| way_on(id)).next() {
            Some(how) => Self::Advised { failure: Box::new(self), how },
            None => self,
        }
    }

    /// Whether the API server of the seed cannot be reached, which is told once, for all.
    pub(crate) fn is_of_reach(&self) -> bool {
        matches!(self, Self::Kubernetes(error) | Self::Secret(error) if error.is_away())
    }

    /// Whether a quota that is used up is the reason.
    pub(crate) fn is_of_quota(&self) -> bool {
        match self {
            Self::InTheWay { failure, .. } | Self::Advised { failure, .. } => failure.is_of_quota(),
            Self::Steps(steps) => steps
                .iter()
                .any(|(_, error)| matches!(error, ApplyError::Cloud(error) if error.class() == Class::Quota)),
            _ => false,
        }
    }
}

fn refusal(findings: &[Finding], when: When) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let what = match when {
        When::NoMigration => "refused before anything was changed",
        When::Preflight => REFUSED_AT_M1,
        When::Begun => "the migration does not go on, and no node is cut off",
    };
    format!("{what}: {}", listed(errors.map(|finding| &finding.message), "; "))
}

fn steps(steps: &[(StepId, ApplyError)]) -> String {
    let texts = steps.iter().map(|(id, error)| step(id, error));
    format!("{} step(s) failed: {}", steps.len(), listed(texts, "; "))
}

fn step(id: &StepId, error: &ApplyError) -> String {
    format!("{id}: {}", remedy::beside(id, error))
}
