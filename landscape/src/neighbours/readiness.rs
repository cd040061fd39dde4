//! Gardenlet's rules for an extension object to be ready, as a pure function of the object's JSON.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::json::text;

/// Annotation that asks the controller for an operation.
pub const OPERATION: &str = "gardener.cloud/operation";
/// Annotation with the instant of that request, RFC 3339 with nanoseconds.
pub const TIMESTAMP: &str = "gardener.cloud/timestamp";

/// Codes after which gardenlet marks the Shoot `Failed` and does not try again.
const FINAL_CODES: [&str; 7] = [
    "ERR_INFRA_UNAUTHENTICATED",
    "ERR_INFRA_UNAUTHORIZED",
    "ERR_INFRA_QUOTA_EXCEEDED",
    "ERR_INFRA_RATE_LIMITS_EXCEEDED",
    "ERR_INFRA_DEPENDENCIES",
    "ERR_CONFIGURATION_PROBLEM",
    "ERR_PROBLEMATIC_WEBHOOK",
];

/// Gardenlet's judgement of an extension object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// All rules hold: gardenlet goes on with the next object.
    Ready,
    /// A rule does not hold yet: gardenlet keeps waiting.
    Waiting {
        /// The first rule that does not hold.
        because: &'static str,
    },
    /// The field `lastError` is set.
    Failing {
        /// Value of `lastError.description`, for people.
        description: String,
        /// Gardener's error codes, `lastError.codes`.
        codes: Vec<String>,
    },
}

impl Readiness {
    /// Whether gardenlet will not try again by itself.
    pub fn is_final_failure(&self) -> bool {
        matches!(self, Self::Failing { codes, .. } if codes.iter().any(|code| FINAL_CODES.contains(&code.as_str())))
    }
}

/// Judges an object by gardenlet's rules, in gardenlet's order.
pub fn judge(object: &Value) -> Readiness {
    if let Some(error) = object.pointer("/status/lastError").filter(|error| !error.is_null()) {
        let codes = error.get("codes").and_then(Value::as_array).into_iter().flatten();
        return Readiness::Failing {
            description: text(error, "/description").to_owned(),
            codes: codes.filter_map(Value::as_str).map(str::to_owned).collect(),
        };
    }
    let rules = [
        (observed_its_generation(object), "observedGeneration differs from generation"),
        (annotation(object, OPERATION).is_none(), "the operation annotation is still there"),
        (
            object.pointer("/status/lastOperation/state") == Some(&json!("Succeeded")),
            "lastOperation has not succeeded",
        ),
        (is_younger_than_its_request(object), "lastOperation is older than the timestamp annotation"),
    ];
    match rules.into_iter().find(|(holds, _)| !holds) {
        Some((_, because)) => Readiness::Waiting { because },
        None => Readiness::Ready,
    }
}

/// Value of an annotation; `None` if the object does not bear it.
pub fn annotation<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.pointer("/metadata/annotations")?.get(name)?.as_str()
}

fn observed_its_generation(object: &Value) -> bool {
    let generation = object.pointer("/metadata/generation").and_then(Value::as_i64);
    generation.is_some() && object.pointer("/status/observedGeneration").and_then(Value::as_i64) == generation
}

fn is_younger_than_its_request(object: &Value) -> bool {
    let Some(request) = annotation(object, TIMESTAMP) else { return true };
    let done = object.pointer("/status/lastOperation/lastUpdateTime").and_then(Value::as_str);
    match (request.parse::<Timestamp>(), done.map(str::parse::<Timestamp>)) {
        (Ok(request), Some(Ok(done))) => done.as_second() >= request.as_second(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> Value {
        json!({
            "metadata": {"generation": 3, "annotations": {TIMESTAMP: "2026-09-01T10:00:00.9Z"}},
            "status": {
                "observedGeneration": 3,
                "lastOperation": {"state": "Succeeded", "lastUpdateTime": "2026-09-01T10:00:00Z"},
            },
        })
    }

    #[track_caller]
    fn check(pointer: &str, value: Value, expected: &str) {
        let mut object = object();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        object.pointer_mut(parent).unwrap()[field.replace("~1", "/").as_str()] = value;
        let found = match judge(&object) {
            Readiness::Ready => "ready".to_owned(),
            Readiness::Waiting { because } => because.to_owned(),
            failing @ Readiness::Failing { .. } => format!("final: {}", failing.is_final_failure()),
        };
        assert_eq!(found, expected, "{pointer}");
    }

    #[test]
    fn the_rules_of_gardenlet() {
        check("/status/lastError", Value::Null, "ready");
        check(
            "/metadata/annotations/gardener.cloud~1operation",
            json!("reconcile"),
            "the operation annotation is still there",
        );
        check("/metadata/generation", json!(4), "observedGeneration differs from generation");
        check("/status/lastOperation/state", json!("Processing"), "lastOperation has not succeeded");
        let late = "lastOperation is older than the timestamp annotation";
        check("/status/lastOperation/lastUpdateTime", json!("2026-09-01T09:59:59Z"), late);
        check("/status/lastError", json!({"description": "x"}), "final: false");
        check("/status/lastError", json!({"codes": ["ERR_RETRYABLE_CONFIGURATION_PROBLEM"]}), "final: false");
        check("/status/lastError", json!({"codes": ["ERR_CONFIGURATION_PROBLEM"]}), "final: true");
    }
}
