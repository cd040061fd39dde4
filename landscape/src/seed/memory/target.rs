//! The object or collection that a request is about, from its path and query.

use std::collections::BTreeMap;

/// A path below `/api` or `/apis`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    /// API group; empty for the core group.
    pub(super) group: String,
    pub(super) version: String,
    /// Namespace; empty for cluster-scoped objects and for collections over all namespaces.
    pub(super) namespace: String,
    pub(super) plural: String,
    pub(super) name: Option<String>,
    pub(super) subresource: Option<String>,
}

impl Target {
    /// The target of a path; `None` if it is not one of a resource.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let group = match parts.next()? {
            "api" => String::new(),
            "apis" => parts.next()?.to_owned(),
            _ => return None,
        };
        let version = parts.next()?.to_owned();
        let rest: Vec<&str> = parts.collect();
        // `namespaces` is both a resource and the prefix of what lies in one.
        let (namespace, rest) = match rest.as_slice() {
            ["namespaces", _, "status" | "finalize"] => ("", rest.as_slice()),
            ["namespaces", namespace, inner @ ..] if !inner.is_empty() => (*namespace, inner),
            _ => ("", rest.as_slice()),
        };
        let (plural, name, subresource) = match rest {
            [plural] => (plural, None, None),
            [plural, name] => (plural, Some(name), None),
            [plural, name, subresource] => (plural, Some(name), Some(subresource)),
            _ => return None,
        };
        Some(Self {
            group,
            version,
            namespace: namespace.to_owned(),
            plural: (*plural).to_owned(),
            name: name.map(|name| (*name).to_owned()),
            subresource: subresource.map(|subresource| (*subresource).to_owned()),
        })
    }
}

/// The parameters of a query, decoded. A parameter given twice counts once.
pub(super) fn query(text: &str) -> BTreeMap<String, String> {
    reqwest::Url::parse(&format!("http://seed/?{text}"))
        .map(|url| url.query_pairs().into_owned().collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart_as_an_api_server_does() {
        let check = |path: &str, expected: Option<[&str; 6]>| {
            let found = Target::parse(path).map(|target| {
                let Target { group, version, namespace, plural, name, subresource } = target;
                [group, version, namespace, plural, name.unwrap_or_default(), subresource.unwrap_or_default()]
            });
            assert_eq!(found, expected.map(|parts| parts.map(str::to_owned)), "{path}");
        };
        check("/api/v1/namespaces", Some(["", "v1", "", "namespaces", "", ""]));
        check("/api/v1/namespaces/a", Some(["", "v1", "", "namespaces", "a", ""]));
        check("/api/v1/namespaces/a/status", Some(["", "v1", "", "namespaces", "a", "status"]));
        check("/api/v1/namespaces/a/pods", Some(["", "v1", "a", "pods", "", ""]));
        check("/api/v1/nodes/n/status", Some(["", "v1", "", "nodes", "n", "status"]));
        check(
            "/apis/apps/v1/namespaces/a/deployments/d/scale",
            Some(["apps", "v1", "a", "deployments", "d", "scale"]),
        );
        check("/apis/g/v1/things", Some(["g", "v1", "", "things", "", ""]));
        check("/version", None);
        check("/apis/g/v1", None);
    }
}
