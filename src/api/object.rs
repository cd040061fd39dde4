//! An object of the API, without what nobody here reads of its metadata.
//!
//! `managedFields` nests as deep as the object itself, which may be deeper than a decoder goes: it is skipped, as every field is
//! that is not named, and no depth of it matters.

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::Resource;
use kube::core::{ApiResource, DynamicResourceScope, ObjectMeta};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// An object with a spec and perhaps a status.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Object<Spec, Status> {
    /// Name, namespace, UID, versions, labels, annotations, finalizers, when it was deleted.
    #[serde(default, deserialize_with = "metadata")]
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: Spec,
    /// What is so.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// An object whose parts are to be decoded one by one, so that an odd one hides nothing but itself.
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

    use crate::api::cluster::Cluster;
    use crate::api::infrastructure::Infrastructure;

    /// Lists in lists.
    fn nested(depth: usize) -> String {
        "[".repeat(depth) + &"]".repeat(depth)
    }

    /// An Infrastructure as text, with this at that place.
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
