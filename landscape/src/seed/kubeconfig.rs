//! The kubeconfig through which everybody, children and ourselves, reaches the real seed.

use serde_json::{Value, json};

/// Content of the kubeconfig. It is JSON, which is YAML too.
pub(super) fn content(url: &str, ca_file: &std::path::Path, user: &str, token: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "seed",
        "contexts": [{"name": "seed", "context": {"cluster": "seed", "user": user, "namespace": "default"}}],
        "clusters": [{"name": "seed", "cluster": {"server": url, "certificate-authority": ca_file}}],
        "users": [{"name": user, "user": {"token": token}}],
    })
}
