//! The built-in kinds that a shoot's control plane consists of. Their shape is that of `k8s-openapi`'s types: what a
//! type does not know is pruned, what does not fit is refused.

use base64::Engine as _;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Event, Namespace, Node, Pod, Secret, Service, ServiceAccount};
use k8s_openapi::api::events::v1::Event as NewEvent;
use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope, Resource};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::kind::{Generation, Kind, Shape};
use crate::json::{at, escape, set};

/// All built-in kinds.
pub(super) fn kinds() -> Vec<Kind> {
    vec![
        namespaced::<ConfigMap>("configmaps"),
        namespaced::<Event>("events"),
        Kind { versioned: true, ..namespaced::<Lease>("leases") },
        namespaced::<NewEvent>("events"),
        namespaced::<ServiceAccount>("serviceaccounts"),
        Kind { status: true, ..namespaced::<Pod>("pods") },
        Kind { status: true, ..namespaced::<Service>("services") },
        Kind { shape: Shape::BuiltIn(secret), ..namespaced::<Secret>("secrets") },
        Kind { status: true, ..kind::<Namespace, ClusterResourceScope>("namespaces", false) },
        Kind { status: true, ..kind::<Node, ClusterResourceScope>("nodes", false) },
        Kind {
            status: true,
            scale: true,
            generation: Generation::SpecAndAnnotations,
            shape: Shape::BuiltIn(deployment),
            ..namespaced::<Deployment>("deployments")
        },
    ]
}

fn namespaced<T>(plural: &'static str) -> Kind
where
    T: Resource<Scope = NamespaceResourceScope> + Serialize + DeserializeOwned,
{
    kind::<T, NamespaceResourceScope>(plural, true)
}

fn kind<T, S>(plural: &'static str, namespaced: bool) -> Kind
where
    T: Resource<Scope = S> + Serialize + DeserializeOwned,
{
    Kind {
        group: T::GROUP.to_owned(),
        version: T::VERSION.to_owned(),
        kind: T::KIND.to_owned(),
        plural: plural.to_owned(),
        namespaced,
        status: false,
        scale: false,
        generation: Generation::None,
        versioned: false,
        shape: Shape::BuiltIn(through::<T>),
    }
}

/// The object, decoded into its type and encoded again.
fn through<T: Serialize + DeserializeOwned>(object: Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_value::<T>(object)?)
}

/// The shape of a Secret: `stringData`, which is for writing only, becomes part of `data`.
fn secret(object: Value) -> Result<Value, serde_json::Error> {
    let mut object = through::<Secret>(object)?;
    if let Some(Value::Object(texts)) = object.as_object_mut().and_then(|object| object.remove("stringData"))
    {
        for (key, text) in texts {
            let bytes = text.as_str().unwrap_or_default().as_bytes();
            let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
            set(&mut object, &format!("/data/{}", escape(&key)), encoded);
        }
    }
    if at(&object, "/type").is_null() {
        set(&mut object, "/type", "Opaque");
    }
    Ok(object)
}

fn deployment(object: Value) -> Result<Value, serde_json::Error> {
    let mut object = through::<Deployment>(object)?;
    if at(&object, "/spec/replicas").is_null() {
        set(&mut object, "/spec/replicas", 1);
    }
    Ok(object)
}
