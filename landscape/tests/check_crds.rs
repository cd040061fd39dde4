//! The comparison of resource definitions: every change that matters is found, and no other.

#![cfg(test)]

use std::path::Path;
use std::process::Command;

use landscape::crds::{CheckError, DEFINITIONS, check_directory};

const INFRASTRUCTURES: &str = "infrastructures.extensions.gardener.cloud";

/// A folder with our definitions, in which one text of the Infrastructure's is replaced, once.
fn changed(from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, text) in DEFINITIONS.iter().enumerate() {
        let is_it = text.contains(INFRASTRUCTURES);
        assert!(!is_it || text.contains(from), "no {from:?} in the definition");
        let text = if is_it { text.replacen(from, to, 1) } else { (*text).to_owned() };
        std::fs::write(folder.path().join(format!("{index}.yaml")), text).unwrap();
    }
    folder
}

#[test]
fn every_change_that_matters_is_found_and_named() {
    let check = |from: &str, to: &str, expected: &[&str]| {
        let folder = changed(from, to);
        let found = check_directory(folder.path()).unwrap();
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = expected.iter().map(|line| format!("{INFRASTRUCTURES} {line}")).collect();
        assert_eq!(found, expected, "{from:?} -> {to:?}");
    };
    check("scope: Namespaced", "scope: Namespaced", &[]);
    check(
        "shortNames: [infra]",
        "shortNames: [infra, i]",
        &[r#" names.shortNames: ours ["infra"], real ["i","infra"]"#],
    );
    check("scope: Namespaced", "scope: Cluster", &[r#" scope: ours "Namespaced", real "Cluster""#]);
    check(
        "subresources: {status: {}}",
        "subresources: {}",
        &["v1alpha1 subresources.status: ours {}, real absent"],
    );
    check(
        "progress, state, type]",
        "type, state]",
        &[concat!(
            "v1alpha1.status.lastOperation required: ",
            r#"ours ["description","lastUpdateTime","progress","state","type"], "#,
            r#"real ["description","lastUpdateTime","state","type"]"#,
        )],
    );
    check("progress, state, type]", "type, state, progress]", &[]);
    check(
        "{type: integer, format: int32}",
        "{type: string, format: int32}",
        &[r#"v1alpha1.status.lastOperation.progress type: ours "integer", real "string""#],
    );
    check(
        "rule: self == oldSelf",
        "rule: size(self) > 0",
        &[r#"v1alpha1.spec.class rules: ours ["self == oldSelf"], real ["size(self) > 0"]"#],
    );
    check("message: Value is immutable", "message: another text", &[]);
    check(
        "state: {type: object, x-kubernetes-preserve-unknown-fields: true}",
        "state: {type: object}",
        &["v1alpha1.status.state x-kubernetes-preserve-unknown-fields: ours true, real absent"],
    );
    check(
        "nodesCIDR: {type: string}",
        "nodeCIDR: {type: string, description: a text}",
        &[
            "v1alpha1.status.nodeCIDR field: ours absent, real true",
            r#"v1alpha1.status.nodeCIDR type: ours absent, real "string""#,
            "v1alpha1.status.nodesCIDR field: ours true, real absent",
            r#"v1alpha1.status.nodesCIDR type: ours "string", real absent"#,
        ],
    );
    check(
        "egressCIDRs: {type: array, items: {type: string}}",
        "egressCIDRs: {type: array, items: {type: integer}}",
        &[r#"v1alpha1.status.egressCIDRs[] type: ours "string", real "integer""#],
    );
    check(
        "- {name: Age, type: date, jsonPath: .metadata.creationTimestamp}",
        "- {name: A, type: date, jsonPath: .x}",
        &[],
    );
}

#[test]
fn a_definition_that_one_side_lacks_is_one_difference() {
    let folder = changed("name: infrastructures.extensions", "name: others.extensions");
    let found = check_directory(folder.path()).unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "infrastructures.extensions.gardener.cloud  definition: ours true, real absent",
            "others.extensions.gardener.cloud  definition: ours absent, real true",
        ]
    );
}

#[test]
fn what_cannot_be_compared_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let check = || check_directory(folder.path()).unwrap_err();
    assert!(matches!(check(), CheckError::Empty { .. }));
    assert!(matches!(check_directory(Path::new("/no/such")).unwrap_err(), CheckError::Unreadable { .. }));
    let file = folder.path().join("a.yaml");
    for (text, expected) in [("{", "not YAML"), ("kind: Secret", "not a CustomResourceDefinition")] {
        std::fs::write(&file, text).unwrap();
        let message = check().to_string();
        assert!(message.contains(expected) && message.contains("a.yaml"), "{message}");
    }
}

#[test]
fn the_exit_status_tells_identical_different_and_unusable_apart() {
    let run = |folder: &Path| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_landscape")).arg("check-crds").arg(folder).output().unwrap();
        output.status.code()
    };
    assert_eq!(run(changed("Namespaced", "Namespaced").path()), Some(0));
    assert_eq!(run(changed("Namespaced", "Cluster").path()), Some(1));
    assert_eq!(run(Path::new("/no/such")), Some(2));
    let usage = Command::new(env!("CARGO_BIN_EXE_landscape")).arg("check-crds").output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}
