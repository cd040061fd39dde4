//! The objects that Terraform left in the seed. They are only read here: whoever made them, or Gardener, removes them.

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::Api;
use kube::core::NamespaceResourceScope;
use planner::journal::Artefacts;
use planner::text::chain;
use serde::de::DeserializeOwned;

use super::error::found;
use super::{Error, Seed};

/// The finalizer by which Terraform's runner keeps its objects.
const FINALIZER: &str = "gardener.cloud/terraformer";
/// The key of Terraform's state in its ConfigMap.
const STATE: &str = "terraform.tfstate";

impl Seed {
    /// The traces that Terraform left of the Infrastructure `namespace/name`. An object that cannot be read may be anything; only the API
    /// server's word that it does not exist counts as nothing.
    pub async fn terraform(&self, namespace: &str, name: &str) -> Artefacts {
        let object = |kind| format!("{name}.infra.tf-{kind}");
        let (config, state, variables) = tokio::join!(
            self.artefact::<ConfigMap>(namespace, object("config")),
            self.artefact::<ConfigMap>(namespace, object("state")),
            self.artefact::<Secret>(namespace, object("vars")),
        );
        let has_state = |map: &ConfigMap| {
            map.data.as_ref().and_then(|data| data.get(STATE)).is_some_and(|state| !state.is_empty())
        };
        Artefacts {
            protected: is_protected(&config) || is_protected(&state) || is_protected(&variables),
            state: state.as_ref().is_ok_and(|state| state.as_ref().is_some_and(has_state)),
            unreadable: config.is_err() || state.is_err() || variables.is_err(),
        }
    }

    async fn artefact<K>(&self, namespace: &str, name: String) -> Result<Option<K>, ()>
    where
        K: kube::Resource<Scope = NamespaceResourceScope, DynamicType = ()>
            + Clone
            + DeserializeOwned
            + std::fmt::Debug,
    {
        let object = format!("{} {namespace}/{name}", K::kind(&()));
        let read = Api::<K>::namespaced(self.client.clone(), namespace).get(&name).await;
        found(read).map_err(Error::call("get", object)).map_err(|error| {
            tracing::warn!(error = %chain(&error), "cannot be read, so it is taken for something that Terraform made");
        })
    }
}

fn is_protected<K: kube::Resource>(object: &Result<Option<K>, ()>) -> bool {
    let finalizers = object.as_ref().ok().and_then(|object| object.as_ref()?.meta().finalizers.as_deref());
    finalizers.unwrap_or_default().iter().any(|finalizer| finalizer == FINALIZER)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A seed in which nothing exists but these objects, by their last two words of the path; a number is an error.
    fn seed(objects: Value) -> Seed {
        let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
            assert_eq!(request.method(), http::Method::GET);
            let path = request.uri().path().strip_prefix("/api/v1/namespaces/shoot--p--a/").unwrap();
            let (status, body) = match objects.get(path) {
                Some(Value::Number(code)) => (code.as_u64().unwrap(), failure(code.as_u64().unwrap())),
                Some(object) => (200, object.clone()),
                None => (404, failure(404)),
            };
            let body = kube::client::Body::from(body.to_string().into_bytes());
            let answer = http::Response::builder().status(u16::try_from(status).unwrap()).body(body);
            std::future::ready(Ok::<_, std::convert::Infallible>(answer.unwrap()))
        });
        Seed::new(kube::Client::new(service, "default"))
    }

    fn failure(code: u64) -> Value {
        let reason = if code == 404 { "NotFound" } else { "r" };
        json!({ "kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": "m" })
    }

    fn object(kind: &str, finalizers: &[&str], data: Value) -> Value {
        json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": "n", "finalizers": finalizers }, "data": data })
    }

    #[tokio::test]
    async fn only_what_surely_does_not_exist_is_nothing() {
        let (config, state, variables) = (
            "configmaps/infra.infra.tf-config",
            "configmaps/infra.infra.tf-state",
            "secrets/infra.infra.tf-vars",
        );
        let map = |finalizers: &[&str], data: Value| object("ConfigMap", finalizers, data);
        let secret = |finalizers: &[&str]| object("Secret", finalizers, json!({ "TF_VAR_KEY": "eA==" }));
        let nothing = Artefacts::default();
        let protected = Artefacts { protected: true, ..nothing };
        let unreadable = Artefacts { unreadable: true, ..nothing };
        for (objects, wanted) in [
            (json!({}), nothing),
            (json!({ config: map(&[FINALIZER], json!({})) }), protected),
            (json!({ state: map(&["a", FINALIZER], Value::Null) }), protected),
            (json!({ variables: secret(&[FINALIZER]) }), protected),
            // Without the finalizer only a state counts.
            (json!({ config: map(&[], json!({ "main.tf": "x" })), variables: secret(&["other"]) }), nothing),
            (json!({ state: map(&[], json!({ STATE: "" })) }), nothing),
            (json!({ state: map(&[], json!({ "other": "x" })) }), nothing),
            (json!({ state: map(&[], json!({ STATE: "{}" })) }), Artefacts { state: true, ..nothing }),
            (json!({ config: 403 }), unreadable),
            (json!({ state: 500 }), unreadable),
            (json!({ variables: 401 }), unreadable),
            // Another Infrastructure's.
            (
                json!({ "configmaps/other.infra.tf-state": map(&[FINALIZER], json!({ STATE: "{}" })) }),
                nothing,
            ),
        ] {
            let found = seed(objects.clone()).terraform("shoot--p--a", "infra").await;
            assert_eq!(found, wanted, "{objects}");
            assert_eq!(found.is_empty(), wanted == nothing);
        }
    }
}
