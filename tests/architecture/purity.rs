//! Who may not know whom: the planner has no client, clock or runtime to name, and the crates keep their direction.

use crate::dependencies::tree;
use crate::none;
use crate::repository::{File, rust_files};

/// Packages that the planner is not built from: runtime, clients and randomness; those whose name goes on after it included.
const IMPURE_PACKAGES: [&str; 10] = [
    "futures",
    "getrandom",
    "google-cloud",
    "hyper",
    "k8s-openapi",
    "kube",
    "rand",
    "reqwest",
    "tokio",
    "tower",
];

/// What every program has at hand, and the planner does not name: clocks and the operating system.
const IMPURE_NAMES: [&str; 9] = [
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
];

/// The packages among `names` that no pure crate is built from.
fn impure<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let is_impure = |name: &&str| {
        let rests = IMPURE_PACKAGES.iter().filter_map(|package| name.strip_prefix(package));
        rests.into_iter().any(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
    };
    names.filter(is_impure).map(str::to_owned).collect()
}

/// The code of a file: lines that are comments say what is absent and are left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Every place where `files` name one of `words`.
fn named(files: &[File], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in code(&file.text) {
            for word in words.iter().filter(|word| line.contains(**word)) {
                found.push(format!("{}:{number} names {word}: {}", file.path, line.trim()));
            }
        }
    }
    found
}

#[test]
fn the_planner_is_built_without_client_runtime_and_randomness() {
    let packages = tree(&["--package", "planner", "--edges", "normal"]);
    assert!(packages.iter().any(|package| package.name == "serde"), "the graph was not read");
    none("the planner is built from", impure(packages.iter().map(|package| package.name.as_str())));
}

#[test]
fn the_planner_knows_no_clock_and_no_operating_system() {
    none("the planner is pure", named(&rust_files(&["planner/src/"]), &IMPURE_NAMES));
}

#[test]
fn the_pace_of_a_run_is_decided_without_clock_and_runtime() {
    let files = rust_files(&["src/extension/run/pacer"]);
    let words = [&IMPURE_NAMES[..], &["async", "tokio"]].concat();
    none("the pacer is handed the time", named(&files, &words));
}

#[test]
fn the_folders_of_the_extension_point_in_one_direction() {
    let order = ["contract", "tell", "access", "run", "controller"];
    for (index, folder) in order.iter().enumerate() {
        let files = rust_files(&[&format!("src/extension/{folder}")]);
        let later: Vec<String> =
            order.iter().skip(index + 1).map(|later| format!("extension::{later}")).collect();
        let later: Vec<&str> = later.iter().map(String::as_str).collect();
        none(folder, named(&files, &later));
    }
}

#[test]
fn the_folders_of_the_fake_cloud_point_in_one_direction() {
    let order = [
        "evidence",
        "cidr",
        "api",
        "dataplane",
        "governance",
        "settings",
        "auth",
        "faults",
        "model",
        "network",
        "state",
        "resources",
        "engine",
        "admin",
        "world",
        "http",
    ];
    for (index, folder) in order.iter().enumerate() {
        let files = rust_files(&[&format!("fake-gcp/src/{folder}")]);
        assert!(!files.is_empty(), "{folder}");
        let later: Vec<String> =
            order.iter().skip(index + 1).map(|later| format!("crate::{later}")).collect();
        let later: Vec<&str> = later.iter().map(String::as_str).collect();
        none(folder, named(&files, &later));
    }
}

#[test]
fn the_product_knows_nothing_of_its_fakes() {
    none("src names neither fake", named(&rust_files(&["src/", "planner/src/"]), &["fake_gcp", "landscape"]));
}

#[test]
fn the_landscape_does_not_know_the_product() {
    none(
        "landscape writes plain JSON and does not use the product's types",
        named(&rust_files(&["landscape/"]), &["gardener_extension_infra_gcp"]),
    );
}

#[test]
fn the_fake_cloud_knows_neither_gardener_nor_kubernetes() {
    let words = ["gardener_extension_infra_gcp", "landscape", "kube::", "k8s_openapi"];
    none("fake-gcp is a cloud and nothing else", named(&rust_files(&["fake-gcp/"]), &words));
}

#[test]
fn what_is_forbidden_is_found_and_comments_are_not() {
    for word in IMPURE_NAMES {
        let file = |text: String| [File { path: "planner/src/plan/x.rs".to_owned(), text }];
        assert_eq!(
            named(&file(format!("//! no {word}\nuse {word}x;\n")), &IMPURE_NAMES),
            [format!("planner/src/plan/x.rs:2 names {word}: use {word}x;")]
        );
        assert!(named(&file(format!("    // {word}\n/// {word}\n")), &IMPURE_NAMES).is_empty());
    }
    let packages = ["futures-util", "kube", "rand_core", "towering", "uuid"];
    assert_eq!(impure(packages.into_iter()), ["futures-util", "kube", "rand_core"]);
}
