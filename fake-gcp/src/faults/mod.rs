//! Faults: rules by which calls go wrong, and how often each was met and fired. Knows no resource kind and no
//! world; what a fault does to a call is done where the call is answered.
//!
//! A rule as `POST /_fake/faults` takes it, alone or in a list, as YAML or JSON; only `method` and `fault` must be
//! given. It fires at the second and the third patch of this router, of which nothing is applied:
//!
//! ```yaml
//! method: compute.routers.patch # or compute.routers.*, or iam.serviceAccounts.get, or oauth2.token
//! path: routers/shoot--a--b     # part of the path
//! nth: 2                        # 1 unless given
//! count: 2                      # 1 unless given; null: without end
//! fault: {refuse: {status: 403, reason: rateLimitExceeded, domain: usageLimits, message: Rate Limit Exceeded}} ```
//!
//! The other faults: `applyAndRefuse` with the same fields, `failOperation: {code, message, httpErrorStatusCode,
//! errorDetails}`, `delayOperation: 30s`, `shortPage: 1`, `drop` and `applyAndDrop`.

mod answer;
mod rule;

use serde::Serialize;
use serde_json::Value;

use crate::api::error::OperationError;
use crate::api::wire::NO_REPLY;
use crate::settings::duration;

pub use answer::Answer;
pub(crate) use rule::is_list;
pub use rule::{BadRule, Fault, OperationFault, Rule};

/// The rules of a world in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub struct Faults(Vec<Counted>);

/// A rule with its counts.
#[derive(Debug, Clone, Serialize)]
pub struct Counted {
    /// Rule as it was added.
    #[serde(flatten)]
    pub rule: Rule,
    /// Number of calls that it matched.
    pub seen: u64,
    /// Number of calls that it made go wrong.
    pub fired: u64,
}

/// A fault that is due at a call. It counts as fired only once it had its effect: an operation that never started cannot fail.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    index: usize,
    pub(crate) fault: Fault,
}

/// The part of a call that went wrong which the caller gets to see.
#[derive(Debug)]
pub(crate) enum Seen<'a> {
    /// The caller sees this error.
    Error(&'a Answer),
    /// The caller sees nothing: the connection breaks.
    Nothing,
}

/// The disturbance of an operation by a fault.
#[derive(Debug, Default)]
pub(crate) struct Disturbance {
    pub(crate) delay: std::time::Duration,
    pub(crate) failure: Option<OperationError>,
}

impl Seen<'_> {
    /// Status and body of the reply, `print` being the form of the API.
    pub(crate) fn reply(&self, print: fn(&Answer) -> Value) -> (u16, Value) {
        match self {
            Self::Error(answer) => (answer.status, print(answer)),
            Self::Nothing => (NO_REPLY, Value::Null),
        }
    }
}

impl Faults {
    /// Adds a rule that may fire from the next call on.
    pub(crate) fn add(&mut self, rule: Rule) {
        self.0.push(Counted { rule, seen: 0, fired: 0 });
    }

    /// Forgets all rules.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// All rules with their counts.
    pub fn iter(&self) -> impl Iterator<Item = &Counted> {
        self.0.iter()
    }

    /// The rules that never fired: a test that meant them to has not shown what it says.
    pub fn idle(&self) -> impl Iterator<Item = &Counted> {
        self.0.iter().filter(|counted| counted.fired == 0)
    }

    /// Counts a call at every rule that matches it, and returns the first rule that is due.
    pub(crate) fn meet(&mut self, method: &str, path: &str) -> Option<Due> {
        let mut due = None;
        for (index, counted) in self.0.iter_mut().enumerate() {
            if !counted.rule.matches(method, path) {
                continue;
            }
            counted.seen += 1;
            if due.is_none() && counted.is_due() {
                due = Some(Due { index, fault: counted.rule.fault.clone() });
            }
        }
        due
    }

    /// Counts that the fault had its effect.
    pub(crate) fn fired(&mut self, due: &Due) {
        if let Some(counted) = self.0.get_mut(due.index) {
            counted.fired += 1;
        }
    }
}

impl Counted {
    fn is_due(&self) -> bool {
        self.seen >= self.rule.nth && self.rule.count.is_none_or(|count| self.fired < count)
    }
}

impl Due {
    /// The outcome of a call that is not even looked at; `None` if it is looked at.
    pub(crate) fn before(&self) -> Option<Seen<'_>> {
        match &self.fault {
            Fault::Refuse(answer) => Some(Seen::Error(answer)),
            Fault::Drop => Some(Seen::Nothing),
            _ => None,
        }
    }

    /// The outcome of a call that was applied; `None` if its own reply is seen.
    pub(crate) fn after(&self) -> Option<Seen<'_>> {
        match &self.fault {
            Fault::ApplyAndRefuse(answer) => Some(Seen::Error(answer)),
            Fault::ApplyAndDrop => Some(Seen::Nothing),
            _ => None,
        }
    }

    /// The disturbance of the operation that the call starts; `None` if the fault does not concern operations.
    pub(crate) fn disturbance(&self) -> Option<Disturbance> {
        match &self.fault {
            Fault::FailOperation(failure) => {
                Some(Disturbance { failure: Some(failure.clone().into()), ..Disturbance::default() })
            }
            Fault::DelayOperation(delay) => {
                Some(Disturbance { delay: duration(*delay), ..Disturbance::default() })
            }
            Fault::Refuse(_)
            | Fault::ApplyAndRefuse(_)
            | Fault::Drop
            | Fault::ApplyAndDrop
            | Fault::ShortPage(_) => None,
        }
    }
}
