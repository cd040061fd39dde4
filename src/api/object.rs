//! An object of the Kubernetes API, with only the metadata that this controller reads.
//!
//! Unknown fields are skipped without decoding. `managedFields` is as deep as the object itself, which may be deeper than a
//! decoder goes, so it must be skipped as well.

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::Resource;
use kube::core::{ApiResource, DynamicResourceScope, ObjectMeta};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// An object of the Kubernetes API with a spec and possibly a status.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Object<Spec, Status> {
    /// The metadata; fields that this controller does not read are empty.
    #[serde(default, deserialize_with = "metadata")]
    pub metadata: ObjectMeta,
    /// The wanted state.
    pub spec: Spec,
    /// The observed state; `None` if it was never written.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// An object whose spec and status are decoded later, so that an invalid one hides no other object.
pub type RawObject = Object<Option<Box<RawValue>>, Box<RawValue>>;

impl<Spec, Status> Resource for Object<Spec, Status> {
    type DynamicType = ApiResource;
    type Scope = DynamicResourceScope;

    fn kind(kind: &ApiResource) -> Cow<'_, str> {
        kind.kind.as_str().into()
    }

    fn group(kind: &ApiResource) -> Cow<'_, str> {
        kind.group.as_str().into()
    }

    fn version(kind: &ApiResource) -> Cow<'_, str> {
        kind.version.as_str().into()
    }

    fn api_version(kind: &ApiResource) -> Cow<'_, str> {
        kind.api_version.as_str().into()
    }

    fn plural(kind: &ApiResource) -> Cow<'_, str> {
        kind.plural.as_str().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

fn none<T>() -> Option<T> {
    None
}

fn metadata<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ObjectMeta, D::Error> {
    let read = Option::<Metadata>::deserialize(deserializer)?.unwrap_or_default();
    Ok(ObjectMeta {
        name: read.name,
        namespace: read.namespace,
        uid: read.uid,
        resource_version: read.resource_version,
        generation: read.generation,
        deletion_timestamp: read.deletion_timestamp,
        annotations: read.annotations,
        labels: read.labels,
        finalizers: read.finalizers,
        ..ObjectMeta::default()
    })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: Option<String>,
    namespace: Option<String>,
    uid: Option<String>,
    resource_version: Option<String>,
    generation: Option<i64>,
    deletion_timestamp: Option<Time>,
    annotations: Option<BTreeMap<String, String>>,
    labels: Option<BTreeMap<String, String>>,
    finalizers: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::api::infrastructure::Infrastructure;
    use planner::documents::cluster::Cluster;

    /// A list in a list, `depth` times.
    fn nested(depth: usize) -> String {
        "[".repeat(depth) + &"]".repeat(depth)
    }

    /// The JSON text of an Infrastructure with `value` at `path`.
    fn infrastructure(path: &str, value: &str) -> String {
        let mut object = json!({
            "apiVersion": "extensions.gardener.cloud/v1alpha1", "kind": "Infrastructure",
            "metadata": { "name": "a", "managedFields": [] },
            "spec": { "type": "gcp", "region": "r", "secretRef": {}, "providerConfig": {} },
            "status": { "state": {}, "providerStatus": {}, "lastOperation": null },
        });
        *object.pointer_mut(path).unwrap() = json!("HERE");
        object.to_string().replace("\"HERE\"", value)
    }

    #[test]
    fn no_depth_and_no_number_of_a_document_hides_an_object() {
        for value in [nested(100_000), "{\"a\":1e999}".to_owned()] {
            for (path, shows) in [
                ("/metadata/managedFields", 0),
                ("/spec/providerConfig", 1),
                ("/status/state", 1),
                ("/status/providerStatus", 1),
                ("/status/lastOperation", 0),
            ] {
                let object: Infrastructure = serde_json::from_str(&infrastructure(path, &value)).unwrap();
                assert_eq!(object.metadata.name.as_deref(), Some("a"));
                let status = object.status.unwrap();
                let documents = [object.spec.provider_config, status.state, status.provider_status];
                let unread = documents.iter().flatten().filter(|document| document.is_string()).count();
                assert_eq!(unread, shows, "{path}");
            }
        }
    }

    #[test]
    fn no_depth_of_what_is_not_read_hides_a_cluster() {
        let deep = nested(100_000);
        let text = format!(
            r#"{{"metadata":{{"managedFields":{deep}}},"spec":{{"seed":{deep},"shoot":{{"spec":{{"provider":{deep}}},"status":{{"technicalID":"a"}}}}}}}}"#
        );
        let cluster: Cluster = serde_json::from_str(&text).unwrap();
        assert_eq!(cluster.spec.shoot.status.technical_id.as_deref(), Some("a"));
    }
}
