//! The subresource `scale`: one number of a Deployment, as an object of its own.

use serde_json::{Value, json};

use super::failure::Failure;
use super::store::version_of;
use crate::json::{at, set, text};

/// The Scale of a Deployment.
pub(super) fn of(deployment: &Value) -> Value {
    let labels = at(deployment, "/spec/selector/matchLabels").as_object();
    let selector: Vec<String> = labels
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    let mut scale = json!({
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": {},
        "spec": {"replicas": at(deployment, "/spec/replicas")},
        "status": {
            "replicas": at(deployment, "/status/replicas").as_i64().unwrap_or_default(),
            "selector": selector.join(","),
        },
    });
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
        let pointer = format!("/metadata/{field}");
        set(&mut scale, &pointer, at(deployment, &pointer).clone());
    }
    scale
}

/// The Deployment as a written Scale wants it, with the Scale's version, so that a stale one is noticed.
pub(super) fn apply(mut deployment: Value, scale: &Value) -> Result<Value, Failure> {
    let Some(replicas) = at(scale, "/spec/replicas").as_i64().filter(|replicas| *replicas >= 0) else {
        let found = at(scale, "/spec/replicas");
        return Err(Failure::bad_request(format!("spec.replicas is {found}, not a number of replicas")));
    };
    if !text(scale, "/metadata/resourceVersion").is_empty() {
        set(&mut deployment, "/metadata/resourceVersion", version_of(scale));
    }
    set(&mut deployment, "/spec/replicas", replicas);
    Ok(deployment)
}
