//! The controller's own identity on the seed: the service account of its chart, with exactly the rights that the chart gives it.
//!
//! It does not know what the rights are for.

use std::time::Duration;

use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::Client;
use kube::api::{Api, DynamicObject, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::{SeedError, create_namespace};
use crate::json::{at, text};

/// The kinds of a chart that decide who may do what, and their plurals.
const KINDS: [(&str, &str); 5] = [
    ("ServiceAccount", "serviceaccounts"),
    ("ClusterRole", "clusterroles"),
    ("ClusterRoleBinding", "clusterrolebindings"),
    ("Role", "roles"),
    ("RoleBinding", "rolebindings"),
];
/// Lifetime of a token: longer than any demonstration.
const TOKEN_SECONDS: i64 = 24 * 3600;
const EFFECTIVE_DEADLINE: Duration = Duration::from_secs(15);
const EFFECTIVE_POLL: Duration = Duration::from_millis(20);

/// A service account that may do what its chart says.
#[derive(Debug)]
pub(super) struct Identity {
    /// Namespace of the service account.
    pub(super) namespace: String,
    name: String,
    /// One request for each combination that a rule grants.
    granted: Vec<ResourceAttributes>,
}

impl Identity {
    /// Creates the service account of a rendered chart with its namespace, roles and bindings, and nothing else of it.
    pub(super) async fn install(client: &Client, chart: &str) -> Result<Self, SeedError> {
        let documents: Vec<Value> = serde_saphyr::from_multiple(chart)
            .map_err(|cause| SeedError::Chart { cause: cause.to_string() })?;
        let account = documents.iter().find(|document| text(document, "/kind") == "ServiceAccount");
        let account =
            account.ok_or_else(|| SeedError::Chart { cause: "it has no ServiceAccount".to_owned() })?;
        let namespace = text(account, "/metadata/namespace").to_owned();
        create_namespace(client, &namespace, &[]).await?;
        let mut granted = Vec::new();
        for document in &documents {
            if let Some((_, plural)) = KINDS.into_iter().find(|(kind, _)| text(document, "/kind") == *kind) {
                create(client, plural, document).await?;
                granted.extend(grants(document));
            }
        }
        Ok(Self { namespace, name: text(account, "/metadata/name").to_owned(), granted })
    }

    /// A token of the account, as a pod would have it.
    pub(super) async fn token(&self, client: &Client) -> Result<String, SeedError> {
        let spec =
            TokenRequestSpec { expiration_seconds: Some(TOKEN_SECONDS), ..TokenRequestSpec::default() };
        let request = TokenRequest { spec, ..TokenRequest::default() };
        let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), &self.namespace);
        let answer = accounts.create_token_request(&self.name, &PostParams::default(), &request).await;
        let answer = answer.map_err(SeedError::api(format!("requesting a token of {}", self.name)))?;
        Ok(answer.status.map(|status| status.token).unwrap_or_default())
    }

    /// Returns when the API server has taken note of every right. `client` is the identity's own.
    pub(super) async fn effective(&self, client: &Client) -> Result<(), SeedError> {
        for request in &self.granted {
            timeout(EFFECTIVE_DEADLINE, allowed(client, request)).await.map_err(|_| {
                SeedError::NotGranted { request: format!("{request:?}"), waited: EFFECTIVE_DEADLINE }
            })??;
        }
        Ok(())
    }
}

async fn create(client: &Client, plural: &str, document: &Value) -> Result<(), SeedError> {
    let (kind, name) = (text(document, "/kind"), text(document, "/metadata/name"));
    let (group, version) = text(document, "/apiVersion").split_once('/').unwrap_or(("", "v1"));
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural);
    let object: DynamicObject = serde_json::from_value(document.clone())
        .map_err(|cause| SeedError::Chart { cause: format!("{kind} {name}: {cause}") })?;
    let api: Api<DynamicObject> = match &object.metadata.namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    let created = api.create(&PostParams::default(), &object).await;
    created.map(drop).map_err(SeedError::api(format!("creating {kind} {name}")))
}

/// The requests that a role grants, one by one; empty for other kinds.
fn grants(role: &Value) -> Vec<ResourceAttributes> {
    let mut grants = Vec::new();
    for rule in at(role, "/rules").as_array().into_iter().flatten() {
        let names = strings(rule, "/resourceNames");
        let names: Vec<Option<&str>> =
            if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
        for (group, resource) in pairs(strings(rule, "/apiGroups"), strings(rule, "/resources")) {
            for (verb, name) in pairs(strings(rule, "/verbs"), names.clone()) {
                let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
                let owned = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
                grants.push(ResourceAttributes {
                    group: owned(group),
                    resource: owned(resource),
                    subresource: owned(subresource),
                    verb: owned(verb),
                    name: name.and_then(owned),
                    namespace: owned(text(role, "/metadata/namespace")),
                    ..ResourceAttributes::default()
                });
            }
        }
    }
    grants
}

fn strings<'a>(value: &'a Value, pointer: &str) -> Vec<&'a str> {
    at(value, pointer).as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn pairs<A: Copy, B: Copy>(left: Vec<A>, right: Vec<B>) -> Vec<(A, B)> {
    left.into_iter()
        .flat_map(|one| right.iter().map(move |other| (one, *other)).collect::<Vec<_>>())
        .collect()
}

/// Returns when whoever has `client` may do `request`.
async fn allowed(client: &Client, request: &ResourceAttributes) -> Result<(), SeedError> {
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
    let spec = SelfSubjectAccessReviewSpec {
        resource_attributes: Some(request.clone()),
        ..SelfSubjectAccessReviewSpec::default()
    };
    let review = SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() };
    loop {
        let answer = reviews.create(&PostParams::default(), &review).await;
        let answer = answer.map_err(SeedError::api("asking what the controller may do"))?;
        if answer.status.is_some_and(|status| status.allowed) {
            return Ok(());
        }
        sleep(EFFECTIVE_POLL).await;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_taken_apart_into_requests() {
        let role = json!({ "metadata": { "namespace": "n" }, "rules": [
            { "apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"] },
            { "apiGroups": ["g"], "resources": ["leases"], "resourceNames": ["a", "b"], "verbs": ["get"] },
        ] });
        let grants = grants(&role);
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let seen: Vec<_> = grants
            .iter()
            .map(|grant| {
                format!(
                    "{} {}.{}/{} {}",
                    part(&grant.verb),
                    part(&grant.resource),
                    part(&grant.group),
                    part(&grant.subresource),
                    part(&grant.name)
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                "get pods./ ",
                "list pods./ ",
                "get pods./log ",
                "list pods./log ",
                "get leases.g/ a",
                "get leases.g/ b"
            ]
        );
        assert!(grants.iter().all(|grant| grant.namespace.as_deref() == Some("n")));
    }
}
