//! Who may not know whom: the pure modules name no client, clock or runtime, and the three crates keep their direction.

use crate::none;
use crate::repository::{File, rust_files};

/// Where decisions are made and told.
const PURE: [&str; 1] = ["planner/src/"];

/// What they may not name: runtime, clients, clocks, randomness, the operating system, and the modules that have them.
const IMPURE: [&str; 23] = [
    "tokio",
    "futures",
    "async",
    "reqwest",
    "kube::",
    "hyper",
    "tower",
    "google_cloud",
    "rand::",
    "new_v4",
    "crate::apply",
    "crate::cli",
    "crate::extension",
    "crate::gcp",
    "crate::kubernetes",
    "crate::observe",
    "crate::environment",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "std::fs",
    "std::net",
    "std::process",
];

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
fn decisions_know_no_client_no_clock_and_no_runtime() {
    none("the planner is pure", named(&rust_files(&PURE), &IMPURE));
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
    for word in IMPURE {
        let file = |text: String| [File { path: "planner/src/plan/x.rs".to_owned(), text }];
        assert_eq!(
            named(&file(format!("//! no {word}\nuse {word}x;\n")), &IMPURE),
            [format!("planner/src/plan/x.rs:2 names {word}: use {word}x;")]
        );
        assert!(named(&file(format!("    // {word}\n/// {word}\n")), &IMPURE).is_empty());
    }
}
