//! The few fields of an Infrastructure that decide whether it is reconciled, as the watch shows them.
//!
//! All extensions of a seed share one list of objects. So each object is taken by itself, and of each only a few fields: whatever
//! else stands in one, at any depth, hides neither it nor another one.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use planner::documents::infrastructure::{LastOperation, Networking, if_understood};
use planner::documents::names::{MIGRATION_ANNOTATION, OPERATION_ANNOTATION, TIMESTAMP_ANNOTATION};
use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use super::key::Key;
use crate::api::object::RawObject;

/// An Infrastructure as one event of the watch shows it.
pub(crate) struct Sighting {
    pub(crate) key: Key,
    /// The type of the extension, `spec.type`.
    pub(crate) extension_type: String,
    /// The class of the extension, `spec.class`.
    pub(crate) class: Option<String>,
    /// The value of the operation annotation.
    pub(crate) request: Option<String>,
    /// The instant of gardenlet's last request.
    pub(crate) asked: Option<Timestamp>,
    pub(crate) deleted: bool,
    pub(crate) last: Option<LastOperation>,
    /// Whether its state says that a migration is under way, on either way.
    pub(crate) pending: bool,
    /// Whether the status reports nodes of both IP families.
    pub(crate) dual_stack: bool,
    pub(crate) baseline: Baseline,
}

/// The baseline that the next event is compared with: all that is kept of an object between two events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Baseline {
    pub(crate) generation: Option<i64>,
    /// A digest of the operation annotation and the timestamp annotation.
    pub(crate) request: u64,
    /// A digest of the words about a migration.
    pub(crate) words: u64,
    /// A digest of the status, as the API server writes it.
    pub(crate) status: u64,
}

/// The error of an object whose `spec` cannot be decoded. Other objects are served all the same.
#[derive(Debug, Error)]
#[error("it cannot be told whose it is: spec: {0}")]
pub(crate) struct Unreadable(serde_json::Error);

#[derive(Deserialize)]
struct Spec {
    #[serde(rename = "type")]
    extension_type: String,
    class: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    #[serde(deserialize_with = "if_understood")]
    last_operation: Option<LastOperation>,
    #[serde(deserialize_with = "if_understood")]
    networking: Option<Networking>,
    #[serde(deserialize_with = "if_understood")]
    state: Option<State>,
}

/// The parts of the state that say that a migration is under way, on either way.
#[derive(Deserialize)]
struct State {
    data: Option<Pending>,
}

#[derive(Deserialize)]
struct Pending {
    #[serde(rename = "migration/phase")]
    phase: Option<IgnoredAny>,
    #[serde(rename = "migration/step")]
    step: Option<IgnoredAny>,
}

impl Sighting {
    /// The sighting of `object`, which is called `key`.
    pub(crate) fn of(key: Key, object: &RawObject) -> Result<Self, (Key, Unreadable)> {
        let spec = object.spec.as_ref().map_or("null", |spec| spec.get());
        let Spec { extension_type, class } = match serde_json::from_str(spec) {
            Ok(spec) => spec,
            Err(error) => return Err((key, Unreadable(error))),
        };
        let status: Status = object
            .status
            .as_ref()
            .and_then(|status| serde_json::from_str(status.get()).ok())
            .unwrap_or_default();
        let annotations = object.metadata.annotations.as_ref();
        let annotation = |name| annotations.and_then(|all| all.get(name));
        let (request, asked) = (annotation(OPERATION_ANNOTATION), annotation(TIMESTAMP_ANNOTATION));
        Ok(Self {
            key,
            extension_type,
            class,
            request: request.cloned(),
            asked: asked.and_then(|text| text.parse().ok()),
            deleted: object.metadata.deletion_timestamp.is_some(),
            last: status.last_operation,
            pending: status
                .state
                .and_then(|state| state.data)
                .is_some_and(|data| data.phase.is_some() || data.step.is_some()),
            dual_stack: status.networking.is_some_and(|networking| networking.nodes.len() > 1),
            baseline: Baseline {
                generation: object.metadata.generation,
                request: digest((request, asked)),
                words: digest(annotation(MIGRATION_ANNOTATION)),
                status: digest(object.status.as_ref().map(|status| status.get())),
            },
        })
    }
}

fn digest(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Sighting, (Key, Unreadable)> {
        let key = Key { namespace: "n".to_owned(), name: "a".to_owned() };
        Sighting::of(key, &serde_json::from_str(text).unwrap())
    }

    #[test]
    fn of_an_object_of_any_size_and_depth_a_few_numbers_are_kept() {
        fn owns_nothing<T: Copy>(_: T) {}
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let object = |description: &str| {
            of(&format!(
                r#"{{"metadata":{{"name":"a","managedFields":{deep},"annotations":{{"gardener.cloud/operation":"reconcile"}}}},
                "spec":{{"type":"gcp","providerConfig":{deep}}},"status":{{"state":{deep},"providerStatus":{deep},
                "networking":{{"nodes":["a","b"]}},"lastOperation":{{"type":"Create","state":"Succeeded","description":"{description}",
                "progress":1,"lastUpdateTime":"2026-09-01T10:00:00Z"}}}}}}"#
            ))
        };
        let (one, other) = (object("a").ok().unwrap(), object("b").ok().unwrap());
        owns_nothing(one.baseline);
        assert_eq!(size_of::<Baseline>(), 40);
        assert_eq!((one.extension_type.as_str(), one.request.as_deref()), ("gcp", Some("reconcile")));
        assert!(one.dual_stack && one.last.is_some());
        assert_eq!(one.baseline.request, other.baseline.request);
        assert_ne!(one.baseline.status, other.baseline.status, "each change of the status shows");
    }

    #[test]
    fn what_is_odd_in_a_status_reads_as_absent_and_an_odd_spec_is_an_error_with_its_name() {
        for status in ["[1]", "7", r#"{"lastOperation":7,"networking":{"nodes":3}}"#] {
            let seen = of(&format!(r#"{{"metadata":{{}},"spec":{{"type":"gcp"}},"status":{status}}}"#))
                .ok()
                .unwrap();
            assert!(seen.last.is_none() && !seen.dual_stack, "{status}");
        }
        for spec in ["null", "[]", "{}", r#"{"type":["a secret"]}"#, r#"{"type":{"a":"secret"}}"#] {
            let (key, error) = of(&format!(r#"{{"metadata":{{}},"spec":{spec}}}"#)).err().unwrap();
            assert_eq!(key.to_string(), "n/a");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
