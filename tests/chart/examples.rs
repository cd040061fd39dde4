//! The examples: they decode as the controller decodes them, agree with the chart, and name no registry that exists.

use std::path::Path;

use gardener_extension_infra_gcp::api::infrastructure::Infrastructure;
use planner::documents::cluster::Cluster;
use planner::documents::config::InfrastructureConfig;
use serde_json::{Value, json};

use crate::rendered::{documents, root};

/// All documents below `example/`.
fn examples() -> Vec<Value> {
    let files = std::fs::read_dir(root().join("example")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let examples: Vec<Value> = files.flat_map(|file| documents(&file)).collect();
    assert!(examples.len() > 8, "only {} documents found", examples.len());
    examples
}

fn example(kind: &str) -> Value {
    let found = examples().into_iter().find(|document| document["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind} in example/"))
}

/// The YAML and JSON blocks of a Markdown document.
fn blocks(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    let blocks = text.split("```").skip(1).step_by(2);
    let bodies =
        blocks.filter_map(|block| block.strip_prefix("yaml\n").or_else(|| block.strip_prefix("json\n")));
    bodies.flat_map(|body| serde_saphyr::from_multiple::<Value>(body).unwrap()).collect()
}

/// Every object, at any depth, that says to be of `kind`.
fn of_kind<'a>(kind: &str, document: &'a Value, found: &mut Vec<&'a Value>) {
    if document["kind"] == kind {
        found.push(document);
    }
    let children: Vec<&Value> = match document {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    };
    for child in children {
        of_kind(kind, child, found);
    }
}

#[test]
fn every_infrastructure_config_decodes_strictly() {
    let mut documents = examples();
    documents.extend(blocks(&root().join("README.md")));
    let mut configs = Vec::new();
    for document in &documents {
        of_kind("InfrastructureConfig", document, &mut configs);
    }
    assert!(configs.len() >= 4, "only {} found", configs.len());
    for config in configs {
        let decoded: InfrastructureConfig =
            serde_json::from_value(config.clone()).unwrap_or_else(|error| panic!("{error}: {config:#}"));
        assert_eq!(decoded.api_version, "gcp.provider.extensions.gardener.cloud/v1alpha1");
        assert!(!decoded.networks.workers.is_empty(), "{config:#}");
    }
}

#[test]
fn the_shoot_is_one_that_fits_together() {
    let infrastructure: Infrastructure = serde_json::from_value(example("Infrastructure")).unwrap();
    let cluster: Cluster = serde_json::from_value(example("Cluster")).unwrap();
    let namespace = infrastructure.metadata.namespace.as_deref();
    assert_eq!(namespace, example("Cluster")["metadata"]["name"].as_str());
    assert_eq!(cluster.spec.shoot.status.technical_id.as_deref(), namespace);
    assert_eq!(namespace, example("Namespace")["metadata"]["name"].as_str());
    let secret = example("Secret");
    assert_eq!(
        example("Infrastructure")["spec"]["secretRef"],
        json!({
            "name": secret["metadata"]["name"], "namespace": secret["metadata"]["namespace"],
        })
    );
}

#[test]
fn both_registrations_say_the_same() {
    let (extension, registration) = (example("Extension"), example("ControllerRegistration"));
    let deployment = example("ControllerDeployment");
    let resources = json!([{ "kind": "Infrastructure", "type": "gcp" }]);
    assert_eq!(extension["spec"]["resources"], resources);
    assert_eq!(registration["spec"]["resources"], resources);
    let reference = &registration["spec"]["deployment"]["deploymentRefs"][0]["name"];
    for object in [&extension, &registration, &deployment] {
        assert_eq!(object["metadata"]["name"], *reference);
    }
    let ours = &extension["spec"]["deployment"]["extension"];
    assert_eq!(ours["values"], deployment["helm"]["values"]);
    assert_eq!(ours["helm"]["ociRepository"], deployment["helm"]["ociRepository"]);
    let policy = "security.gardener.cloud/pod-security-enforce";
    for object in [&extension, &registration] {
        assert_eq!(object["metadata"]["annotations"][policy], "baseline");
    }
}

/// Keys of `given`, at any depth, that `known` does not have.
fn unknown_keys(given: &Value, known: &Value, path: &str, unknown: &mut Vec<String>) {
    for (key, value) in given.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        match known.get(key) {
            Some(known) => unknown_keys(value, known, &path, unknown),
            None => unknown.push(path),
        }
    }
}

#[test]
fn the_values_are_ones_that_the_chart_has() {
    let chart = root().join("charts/gardener-extension-infra-gcp");
    let known = documents(&chart.join("values.yaml")).remove(0);
    let given = &example("Extension")["spec"]["deployment"]["extension"]["values"];
    let mut unknown = Vec::new();
    unknown_keys(given, &known, "", &mut unknown);
    assert!(unknown.is_empty(), "{unknown:?}");
    let version = documents(&chart.join("Chart.yaml")).remove(0)["version"].as_str().unwrap().to_owned();
    assert_eq!(version, env!("CARGO_PKG_VERSION"), "chart and binary are released together");
    assert_eq!(given["image"]["tag"], format!("v{version}"));
}

#[test]
fn no_registry_is_named_that_exists() {
    let mut places = examples();
    places.extend(documents(&root().join("charts/gardener-extension-infra-gcp/values.yaml")));
    let mut seen = 0;
    for place in places {
        let mut stack = vec![place];
        while let Some(value) = stack.pop() {
            for key in ["ref", "repository"] {
                let Some(text) = value.get(key).and_then(Value::as_str) else { continue };
                assert!(text.starts_with("registry.example.com/"), "{text}");
                seen += 1;
            }
            match value {
                Value::Array(items) => stack.extend(items),
                Value::Object(fields) => stack.extend(fields.into_iter().map(|(_, value)| value)),
                _ => {}
            }
        }
    }
    assert_eq!(seen, 5);
}
