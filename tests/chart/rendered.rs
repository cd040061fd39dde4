//! A rendered chart as objects, read from its golden file; no helm is needed for that.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The chart as rendered from the values `<name>.values.yaml`, or from its own if there is no such file.
pub(crate) fn golden_path(name: &str) -> PathBuf {
    root().join("testdata/chart").join(format!("{name}.yaml"))
}

/// The documents of a YAML file; of each, what is there beside comments.
pub(crate) fn documents(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    documents.into_iter().filter(|document| !document.is_null()).collect()
}

/// The one object of `kind` in a golden file.
pub(crate) fn object(name: &str, kind: &str) -> Value {
    let mut found: Vec<Value> = documents(&golden_path(name));
    found.retain(|document| document["kind"] == kind);
    assert_eq!(found.len(), 1, "objects of kind {kind} in {name}");
    found.remove(0)
}

/// The pod template of the Deployment.
pub(crate) fn pod(name: &str) -> Value {
    object(name, "Deployment")["spec"]["template"].clone()
}

/// The arguments of the controller.
pub(crate) fn arguments(name: &str) -> Vec<String> {
    serde_json::from_value(pod(name)["spec"]["containers"][0]["args"].clone()).unwrap()
}
