//! The kubeconfig through which everybody, children and ourselves, reaches the real seed.

use serde_json::{Value, json};

/// Content of the kubeconfig, with the certificate authority in it, as a Secret must have it. It is JSON, which is YAML too.
pub(super) fn content(url: &str, authority: &str, user: &str, token: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "seed",
        "contexts": [{"name": "seed", "context": {"cluster": "seed", "user": user, "namespace": "default"}}],
        "clusters": [{"name": "seed", "cluster": {"server": url, "certificate-authority-data": authority}}],
        "users": [{"name": user, "user": {"token": token}}],
    })
}
