//! The events that call for a reconciliation, as Gardener's extension library has it, with three deviations.
//!
//! A request that stands while we write the status is one request, not one per write. And a request that a process took up right
//! before it died is still one, although its annotation is gone: gardenlet's timestamp tells. And words about a migration count at
//! once, in either mode, as an operator who holds one does not want to wait for gardenlet.

use jiff::{SignedDuration, Timestamp};
use planner::documents::infrastructure::{OperationState, OperationType};
use planner::documents::names::{DEFAULT_EXTENSION_CLASS, EXTENSION_TYPE};

use super::sighting::{Baseline, Sighting};
use crate::kubernetes::Seed;

/// The age up to which the end of a migration counts as recent: longer than what it puts off stays put off.
const LATELY: SignedDuration = SignedDuration::from_mins(5);

/// Whether an object of this `spec.type` and `spec.class` is for this controller at all.
pub(crate) fn is_ours(extension_type: &str, class: Option<&str>, classes: &[String]) -> bool {
    extension_type == EXTENSION_TYPE && classes.iter().any(|served| served == class_of(class))
}

/// The extension class that `spec.class` means.
pub(crate) fn class_of(class: Option<&str>) -> &str {
    class.unwrap_or(DEFAULT_EXTENSION_CLASS)
}

/// The kinds of events that call for a reconciliation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A request by gardenlet, with the operation annotation.
    Annotation,
    /// A change of what is wanted, which is one of `metadata.generation`.
    Generation,
}

/// Whether an event calls for a reconciliation at `now`, given the object `before`, if it was known, and `after` it.
pub(crate) fn calls(mode: Mode, before: Option<&Baseline>, after: &Sighting, now: Timestamp) -> bool {
    match (mode, before) {
        (Mode::Annotation, None) => on_first_sight(after, now),
        (Mode::Annotation, Some(before)) => on_change(before, after),
        (Mode::Generation, None) => true,
        (Mode::Generation, Some(before)) => {
            before.generation != after.baseline.generation || says_else(before, after)
        }
    }
}

/// Whether the shoot of a namespace may be reconciled, as far as an event is concerned. A reconciliation looks again itself, so what
/// cannot be found out here forbids nothing.
pub(crate) async fn admits(seed: &Seed, namespace: &str) -> bool {
    match seed.is_shoot_namespace(namespace).await {
        Ok(true) => match seed.cluster(namespace).await {
            Ok(cluster) => !cluster.spec.shoot.has_failed(),
            Err(error) => !error.is_missing(),
        },
        Ok(false) | Err(_) => true,
    }
}

/// Whether an object that is seen for the first time calls for a reconciliation: it asks, or it is not finished, or it ended just now.
fn on_first_sight(object: &Sighting, now: Timestamp) -> bool {
    let unfinished = object.last.as_ref().is_none_or(|last| last.state != OperationState::Succeeded);
    // IPv4 may be reported while aliases wait for the routes that the control plane brings.
    let moved = object.last.as_ref().is_some_and(|last| last.operation_type == OperationType::Migrate);
    let unfinished = unfinished || object.pending && !moved;
    asks(object) || object.deleted || unfinished || asked_since(object) || may_be_unfinished(object, now)
}

/// Whether a change of a known object calls for a reconciliation.
fn on_change(before: &Baseline, after: &Sighting) -> bool {
    // Our own writes are changes too, and the annotation of a restore stands until that has succeeded.
    let asked_anew = asks(after) && before.request != after.baseline.request;
    asked_anew || says_else(before, after) || (after.deleted && before.status == after.baseline.status)
}

/// Whether the words about a migration have changed, which gardenlet does not ask for by itself.
fn says_else(before: &Baseline, after: &Sighting) -> bool {
    before.words != after.baseline.words
}

fn asks(object: &Sighting) -> bool {
    matches!(object.request.as_deref(), Some("reconcile" | "restore" | "migrate"))
}

/// Whether a shoot has just become dual-stack: what its migration put off is known only to the process that ended it.
fn may_be_unfinished(object: &Sighting, now: Timestamp) -> bool {
    let ended = object.last.as_ref().map(|last| last.last_update_time);
    // The end may be dated by gardenlet's clock, which may be ahead.
    object.dual_stack && ended.is_some_and(|ended| now.duration_since(ended).abs() < LATELY)
}

/// Whether gardenlet asked after the last operation ended: whoever took the request up left no other trace of it.
fn asked_since(object: &Sighting) -> bool {
    let ended = object.last.as_ref().map(|last| last.last_update_time);
    matches!((object.asked, ended), (Some(asked), Some(ended)) if ended < asked)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::extension::Key;

    fn object(change: &Value) -> Sighting {
        let mut object = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1",
            "kind": "Infrastructure",
            "metadata": { "name": "a", "annotations": { "gardener.cloud/timestamp": "2026-09-01T10:00:00.5Z" } },
            "spec": { "type": "gcp", "region": "r", "secretRef": { "name": "s", "namespace": "n" } },
            "status": { "lastOperation": {
                "type": "Reconcile", "state": "Succeeded", "description": "", "progress": 100,
                "lastUpdateTime": "2026-09-01T10:00:00Z",
            } },
        });
        for (path, value) in change.as_object().unwrap() {
            let (parent, field) = path.rsplit_once('/').unwrap();
            object.pointer_mut(parent).unwrap()[field] = value.clone();
        }
        let key = Key { namespace: "n".to_owned(), name: "a".to_owned() };
        Sighting::of(key, &serde_json::from_value(object).unwrap()).unwrap()
    }

    #[test]
    fn only_objects_of_our_type_and_classes_are_ours() {
        let classes = ["shoot".to_owned()];
        let ours = |change: &Value| {
            let object = object(change);
            is_ours(&object.extension_type, object.class.as_deref(), &classes)
        };
        assert!(ours(&json!({})));
        assert!(ours(&json!({ "/spec/class": "shoot" })));
        assert!(!ours(&json!({ "/spec/class": "garden" })));
        assert!(!ours(&json!({ "/spec/type": "aws" })));
    }

    fn check(
        mode: Mode,
        before: Option<&Value>,
        cases: impl IntoIterator<Item = (&'static str, Value, bool)>,
    ) {
        let before = before.map(object);
        for (name, after, wanted) in cases {
            let now = "2026-09-01T10:04:00Z".parse().unwrap();
            let before = before.as_ref().map(|before| &before.baseline);
            assert_eq!(calls(mode, before, &object(&after), now), wanted, "{mode:?}: {name}");
        }
    }

    fn annotated(operation: &str) -> Value {
        json!({ "/metadata/annotations": { "gardener.cloud/operation": operation } })
    }

    fn said(words: &str) -> Value {
        json!({ "/metadata/annotations": { "gcp.provider.extensions.gardener.cloud/dual-stack-migration": words } })
    }

    const DELETED: &str = "2026-09-01T10:00:00Z";

    #[test]
    fn create_events_by_annotation() {
        let both = json!({ "nodes": ["10.0.0.0/16", "2001:db8::/64"] });
        let asked = |at: &str| json!({ "/metadata/annotations": { "gardener.cloud/timestamp": at } });
        let pending = json!({ "data": { "migration/phase": "preparing", "resources_exist": "true" } });
        let lasting = json!({ "data": { "migration/words": "hold", "resources_exist": "true" } });
        check(
            Mode::Annotation,
            None,
            [
                ("done and not asked since", asked("2026-09-01T09:59:00Z"), false),
                ("operation reconcile", annotated("reconcile"), true),
                ("operation restore", annotated("restore"), true),
                ("operation migrate", annotated("migrate"), true),
                ("operation wait-for-state", annotated("wait-for-state"), false),
                ("deletionTimestamp", json!({ "/metadata/deletionTimestamp": DELETED }), true),
                ("no lastOperation", json!({ "/status/lastOperation": null }), true),
                ("lastOperation Processing", json!({ "/status/lastOperation/state": "Processing" }), true),
                ("lastOperation Error", json!({ "/status/lastOperation/state": "Error" }), true),
                // Ours: a run that ended right after it took the request up left no other trace.
                ("asked a second after the last operation ended", asked("2026-09-01T10:00:01Z"), true),
                ("asked in the second in which it ended", asked("2026-09-01T10:00:00.9Z"), true),
                ("asked when it ended", asked("2026-09-01T10:00:00Z"), false),
                ("a timestamp that is none", asked("garbage"), false),
                (
                    "a way back that waits for routes",
                    json!({ "/status/state": pending, "/metadata/annotations": {} }),
                    true,
                ),
                (
                    "a migration that another seed goes on with",
                    json!({
                        "/status/state": pending, "/status/lastOperation/type": "Migrate", "/metadata/annotations": {},
                    }),
                    false,
                ),
                (
                    "what lasts beside a migration",
                    json!({ "/status/state": lasting, "/metadata/annotations": {} }),
                    false,
                ),
                // What a migration put off is not written down.
                ("dual-stack, four minutes ago", json!({ "/status/networking": both }), true),
                (
                    "dual-stack, long ago",
                    json!({ "/status/networking": both, "/metadata/annotations": {}, "/status/lastOperation/lastUpdateTime": "2026-09-01T09:00:00Z" }),
                    false,
                ),
            ],
        );
    }

    #[test]
    fn update_events_by_annotation() {
        let mut deleted_and_progressing = json!({ "/metadata/deletionTimestamp": DELETED });
        deleted_and_progressing["/status/lastOperation/progress"] = json!(50);
        check(
            Mode::Annotation,
            Some(&json!({})),
            [
                ("nothing", json!({}), false),
                ("operation reconcile", annotated("reconcile"), true),
                ("operation restore", annotated("restore"), true),
                ("operation migrate", annotated("migrate"), true),
                ("operation wait-for-state", annotated("wait-for-state"), false),
                ("generation changed", json!({ "/metadata/generation": 2 }), false),
                ("lastOperation Error", json!({ "/status/lastOperation/state": "Error" }), false),
                (
                    "deletionTimestamp, status as before",
                    json!({ "/metadata/deletionTimestamp": DELETED }),
                    true,
                ),
                ("deletionTimestamp, status changed", deleted_and_progressing, false),
                ("words about a migration", said("hold"), true),
            ],
        );
        let again = json!({ "/metadata/annotations": {
            "gardener.cloud/operation": "restore", "gardener.cloud/timestamp": "2026-09-01T10:05:00Z",
        } });
        check(
            Mode::Annotation,
            Some(&annotated("restore")),
            [
                // Ours: our own writes of the status are changes too, and this annotation stands until all is done.
                ("the same request", annotated("restore"), false),
                ("asked anew", again, true),
                ("another request", annotated("migrate"), true),
            ],
        );
    }

    #[test]
    fn events_by_generation() {
        check(Mode::Generation, None, [("create", json!({}), true)]);
        check(
            Mode::Generation,
            Some(&json!({ "/metadata/generation": 1 })),
            [
                ("generation changed", json!({ "/metadata/generation": 2 }), true),
                (
                    "status changed",
                    json!({ "/metadata/generation": 1, "/status/lastOperation/progress": 50 }),
                    false,
                ),
                (
                    "words about a migration",
                    {
                        let mut said = said("hold");
                        said["/metadata/generation"] = json!(1);
                        said
                    },
                    true,
                ),
                (
                    "operation reconcile",
                    json!({ "/metadata/generation": 1, "/metadata/annotations": { "gardener.cloud/operation": "reconcile" } }),
                    false,
                ),
            ],
        );
    }

    /// A seed with one namespace and perhaps one Cluster; `Err` is the status of every answer.
    fn seed(role: Result<Option<&str>, u16>, cluster: Result<&'static str, u16>) -> Seed {
        let role = role.map(|role| role.map(str::to_owned));
        let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
            let answer = if request.uri().path().starts_with("/api/v1/namespaces/") {
                role.clone().map(|role| json!({
                    "apiVersion": "v1", "kind": "Namespace",
                    "metadata": { "name": "n", "labels": role.map(|role| json!({ "gardener.cloud/role": role })) },
                }))
            } else {
                cluster.map(|state| json!({
                    "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Cluster", "metadata": { "name": "n" },
                    "spec": { "shoot": { "status": { "lastOperation": { "state": state } } } },
                }))
            };
            let (code, body) = match answer {
                Ok(body) => (200, body),
                Err(code) => (
                    code,
                    json!({
                        "apiVersion": "v1", "kind": "Status", "status": "Failure", "code": code, "message": "", "reason": "",
                    }),
                ),
            };
            let body = kube::client::Body::from(body.to_string().into_bytes());
            std::future::ready(http::Response::builder().status(code).body(body))
        });
        Seed::new(kube::Client::new(service, "default"))
    }

    #[tokio::test]
    async fn shoot_not_failed() {
        let shoot = Ok(Some("shoot"));
        for (name, seed, wanted) in [
            ("shoot at work", seed(shoot, Ok("Processing")), true),
            ("shoot failed", seed(shoot, Ok("Failed")), false),
            ("no Cluster", seed(shoot, Err(404)), false),
            ("Cluster cannot be read", seed(shoot, Err(500)), true),
            ("namespace without role", seed(Ok(None), Ok("Failed")), true),
            ("namespace of another role", seed(Ok(Some("garden")), Err(404)), true),
            ("no namespace", seed(Err(404), Ok("Failed")), true),
            ("namespace cannot be read", seed(Err(403), Ok("Failed")), true),
        ] {
            assert_eq!(admits(&seed, "n").await, wanted, "{name}");
        }
    }
}
