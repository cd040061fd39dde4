//! The canaries of a migration, as the state of the Infrastructure tells of them.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

use crate::cloud::name_of;
use crate::json::{at, text};

/// Key of the state that has them, as JSON.
const KEY: &str = "migration/canary";

/// Node that gets its alias before all others of its worker pool, and is measured with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Canary {
    /// Name of the node.
    pub node: String,
    /// Worker pool, by the names of its VMs.
    pub pool: String,
    /// Pods that are asked through the shoot's API server.
    pub outer: usize,
    /// Pods that their kubelet measures.
    pub inner: usize,
    /// Node without alias that it is compared with.
    pub control: Option<String>,
    /// What came of it: `proven`, `failed`, `unknown`, `unseen` or `gone`; `None` while it is measured.
    pub verdict: Option<String>,
}

impl Canary {
    fn of(canary: &Value) -> Self {
        let pods = at(canary, "/pods").as_array().map(Vec::as_slice).unwrap_or_default();
        let named = |pointer| Some(text(canary, pointer).to_owned()).filter(|name| !name.is_empty());
        Self {
            node: name_of(text(canary, "/vm")).to_owned(),
            pool: text(canary, "/pool").to_owned(),
            outer: pods.iter().filter(|pod| at(pod, "/outer") == &Value::Bool(true)).count(),
            inner: pods.iter().filter(|pod| at(pod, "/inner").is_object()).count(),
            control: named("/control/node"),
            verdict: named("/verdict"),
        }
    }

    /// What it is measured by, for people.
    pub fn measured(&self) -> String {
        let Self { outer, inner, control, .. } = self;
        let compared =
            control.as_ref().map(|control| format!(", compared with {control}")).unwrap_or_default();
        format!("{outer} pod(s) through the API server and {inner} by its kubelet{compared}")
    }
}

/// The form that tells what is known of it so far.
impl fmt::Display for Canary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { node, pool, verdict, .. } = self;
        match verdict {
            Some(verdict) => write!(f, "canary {node} of {pool}: {verdict}"),
            None => write!(f, "canary {node} of {pool}: measured by {}", self.measured()),
        }
    }
}

/// The canaries that were seen so far.
#[derive(Debug, Default)]
pub(super) struct Canaries(Mutex<Vec<Canary>>);

impl Canaries {
    /// Takes note of what the state of `infrastructure` tells; returns those of which something new is known.
    pub(super) fn see(&self, infrastructure: &Value) -> Vec<Canary> {
        let told = at(infrastructure, "/status/state/data").get(KEY).and_then(Value::as_str);
        let told: Value = told.and_then(|told| serde_json::from_str(told).ok()).unwrap_or_default();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = Vec::new();
        for canary in at(&told, "/tried").as_array().into_iter().flatten().map(Canary::of) {
            match seen.iter_mut().find(|known| known.node == canary.node) {
                Some(known) if *known == canary => continue,
                Some(known) => *known = canary.clone(),
                None => seen.push(canary.clone()),
            }
            new.push(canary);
        }
        new
    }

    /// All of them, in the order in which they were seen.
    pub(super) fn all(&self) -> Vec<Canary> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn infrastructure(verdict: &Value) -> Value {
        let canaries = json!({ "tried": [{
            "pool": "c-p", "vm": "z/c-p-z1-a-b", "since": "2026-09-01T10:00:00Z", "verdict": verdict,
            "pods": [
                { "pod": "n/a", "uid": "a", "outer": true, "inner": { "period": 10, "threshold": 3 } },
                { "pod": "n/b", "uid": "b", "inner": { "period": 10, "threshold": 3 } },
            ],
            "control": { "node": "c-p-z1-a-c", "pods": [] },
        }] });
        json!({ "status": { "state": { "data": { "migration/canary": canaries.to_string() } } } })
    }

    #[test]
    fn each_is_told_of_once_something_new_is_known() {
        let canaries = Canaries::default();
        let null = json!(null);
        let proven = infrastructure(&json!("proven"));
        let states = [json!({}), infrastructure(&null), infrastructure(&null), proven, json!({})];
        let told = states.iter().flat_map(|state| canaries.see(state));
        let told: Vec<String> = told.map(|canary| canary.to_string()).collect();
        let expected = [
            "canary c-p-z1-a-b of c-p: measured by 1 pod(s) through the API server and 2 by its kubelet, compared with c-p-z1-a-c",
            "canary c-p-z1-a-b of c-p: proven",
        ];
        assert_eq!(told, expected);
        assert_eq!(canaries.all()[0].verdict.as_deref(), Some("proven"));
    }
}
