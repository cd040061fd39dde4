//! The reasons for which the controller leaves an Infrastructure alone, which show before the cloud is asked.

use planner::documents::cluster::Shoot;
use planner::documents::infrastructure::OperationType;
use planner::documents::names::EXTENSION_TYPE;
use planner::journal::{RESOURCES_EXIST, StateError};

use super::operation::{is_forced, is_held, of, requested};
use super::{predicate, state};
use crate::api::infrastructure::Infrastructure;
use crate::kubernetes::Seed;

/// The reason for which the controller changes nothing in the cloud, whatever is there; `None`: it looks at the cloud and decides.
/// `classes` are the extension classes served. Reads only.
///
/// # Errors
/// If the state of what is to be deleted cannot be read.
pub async fn skip_reason(
    seed: &Seed,
    infrastructure: &Infrastructure,
    shoot: &Shoot,
    classes: &[String],
) -> Result<Option<String>, StateError> {
    if let Some(why) = stranger(infrastructure, classes) {
        return Ok(Some(why));
    }
    let why = alone(infrastructure, shoot);
    if why.is_none() && of(infrastructure) == Some(OperationType::Delete) {
        // Whether new shoots get service accounts says nothing about this one's other things.
        let state = state::read(seed, infrastructure, false).await?;
        return Ok((!state.is_marked(RESOURCES_EXIST))
            .then(|| "it is deleted, and nothing was ever made".to_owned()));
    }
    Ok(why.map(str::to_owned))
}

/// The reason for which the object is another controller's, or another process's of this one.
fn stranger(infrastructure: &Infrastructure, classes: &[String]) -> Option<String> {
    let found = &infrastructure.spec.extension_type;
    let class = infrastructure.spec.class.as_deref();
    if predicate::is_ours(found, class, classes) {
        None
    } else if found == EXTENSION_TYPE {
        let (found, served) = (predicate::class_of(class), classes.join(", "));
        Some(format!("its extension class is {found}, which is not served (served: {served})"))
    } else {
        Some(format!("its type is {found}, which is not served (served: {EXTENSION_TYPE})"))
    }
}

/// The reason for which an object of ours is left alone, as far as the documents tell.
fn alone(infrastructure: &Infrastructure, shoot: &Shoot) -> Option<&'static str> {
    match of(infrastructure) {
        _ if requested(infrastructure) == Some("wait-for-state") => {
            Some("it waits for its state from another seed")
        }
        _ if shoot.has_failed() => Some("the shoot has failed, and is left alone until its owner acts"),
        None => Some("it has left this seed"),
        Some(OperationType::Migrate) => Some("it leaves this seed, and what is in the cloud stays"),
        Some(OperationType::Delete) if !is_held(infrastructure) => {
            Some("it is deleted, and the controller has let go of it")
        }
        Some(OperationType::Delete) if is_forced(shoot) => {
            Some("it is deleted by force, and what is in the cloud stays")
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use planner::documents::names::FINALIZER;

    fn infrastructure(change: &Value) -> Infrastructure {
        let mut object = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1",
            "kind": "Infrastructure",
            "metadata": { "name": "a", "namespace": "n", "finalizers": [FINALIZER] },
            "spec": { "type": "gcp", "region": "r", "secretRef": { "name": "s", "namespace": "n" } },
            "status": { "state": {
                "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureState",
                "data": { RESOURCES_EXIST: "true" },
            } },
        });
        json_patch(&mut object, change);
        serde_json::from_value(object).unwrap()
    }

    /// Merges, as a merge patch does.
    fn json_patch(into: &mut Value, patch: &Value) {
        let (Some(object), Some(patch)) = (into.as_object_mut(), patch.as_object()) else {
            return *into = patch.clone();
        };
        for (member, value) in patch {
            match value {
                Value::Null => drop(object.remove(member)),
                value => json_patch(object.entry(member).or_insert(Value::Null), value),
            }
        }
    }

    fn shoot(failed: bool, forced: bool) -> Shoot {
        let annotations =
            if forced { json!({ "confirmation.gardener.cloud/force-deletion": "true" }) } else { json!({}) };
        let state = if failed { "Failed" } else { "Error" };
        let status = json!({ "lastOperation": { "state": state } });
        serde_json::from_value(json!({ "metadata": { "annotations": annotations }, "status": status }))
            .unwrap()
    }

    #[tokio::test]
    async fn what_is_left_alone_and_why() {
        let nobody = tower::service_fn(|_: http::Request<kube::client::Body>| async {
            Err::<http::Response<kube::client::Body>, _>(std::io::Error::other("nobody is asked"))
        });
        let seed = Seed::new(kube::Client::new(nobody, "default"));
        let asks = |operation: &str| json!({ "metadata": { "annotations": { "gardener.cloud/operation": operation } } });
        let deleted = |more: Value| {
            let mut change = json!({ "metadata": { "deletionTimestamp": "2026-09-01T10:00:00Z" } });
            json_patch(&mut change, &more);
            change
        };
        let unmarked = json!({ "status": { "state": { "data": { RESOURCES_EXIST: null } } } });
        let migrated = json!({ "status": { "lastOperation": {
            "type": "Migrate", "state": "Succeeded", "description": "", "progress": 100, "lastUpdateTime": "2026-09-01T10:00:00Z",
        } } });
        let (fine, failed, forced) = (shoot(false, false), shoot(true, false), shoot(false, true));
        for (title, change, shoot, word) in [
            ("as usual", json!({}), &fine, None),
            ("asked for", asks("reconcile"), &fine, None),
            ("restored", asks("restore"), &fine, None),
            ("deleted", deleted(json!({})), &fine, None),
            ("nothing made yet", unmarked.clone(), &fine, None),
            (
                "another type",
                json!({ "spec": { "type": "aws" } }),
                &fine,
                Some("type is aws, which is not served (served: gcp)"),
            ),
            (
                "another class",
                json!({ "spec": { "class": "garden" } }),
                &fine,
                Some("class is garden, which is not served (served: shoot, seed)"),
            ),
            ("state to come", asks("wait-for-state"), &fine, Some("waits")),
            ("failed", json!({}), &failed, Some("failed")),
            ("on its way out", asks("migrate"), &fine, Some("leaves")),
            ("gone", migrated, &fine, Some("has left")),
            ("let go of", deleted(json!({ "metadata": { "finalizers": [] } })), &fine, Some("let go")),
            ("by force", deleted(json!({})), &forced, Some("by force")),
            ("force that nothing is deleted with", json!({}), &forced, None),
            ("deleted before anything was made", deleted(unmarked), &fine, Some("nothing was ever made")),
        ] {
            let found =
                skip_reason(&seed, &infrastructure(&change), shoot, &["shoot".to_owned(), "seed".to_owned()])
                    .await
                    .unwrap();
            assert_eq!(found.is_some(), word.is_some(), "{title}: {found:?}");
            assert!(
                found.as_deref().unwrap_or_default().contains(word.unwrap_or_default()),
                "{title}: {found:?}"
            );
        }
        let elsewhere = json!({ "spec": { "class": "garden" } });
        let found =
            skip_reason(&seed, &infrastructure(&elsewhere), &fine, &["garden".to_owned()]).await.unwrap();
        assert_eq!(found, None);
    }
}
