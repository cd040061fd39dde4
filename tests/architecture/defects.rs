//! The table of the reference's defects names only tests and worlds that exist.

use crate::none;
use crate::repository::{File, files};

const TABLE: &str = "docs/development/reference-defects.md";

/// The names in a text that are set in backticks and have the form of a Rust path.
fn names(text: &str) -> Vec<&str> {
    let spans = text.split('`').skip(1).step_by(2);
    spans.filter(|span| span.contains("::") && !span.ends_with("::NN")).collect()
}

/// Whether `files` have what `name` says: `plan::NN` is a world, anything else a function in a file or folder of that name.
fn exists(files: &[File], name: &str) -> bool {
    if let Some(number) = name.strip_prefix("plan::").filter(|number| number.len() == 2) {
        let start = format!("testdata/plan/{number}-");
        return files.iter().any(|file| file.path.starts_with(&start));
    }
    let mut parts = name.rsplit("::").filter(|part| *part != "tests");
    let (function, module) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let signature = format!("fn {function}(");
    let in_module = |path: &str| path.split(['/', '.']).any(|part| part == module);
    files
        .iter()
        .any(|file| file.path.ends_with(".rs") && in_module(&file.path) && file.text.contains(&signature))
}

#[test]
fn every_test_in_the_table_of_defects_exists() {
    let files = files();
    let table = files.iter().find(|file| file.path == TABLE).expect("the table of defects");
    let names = names(&table.text);
    assert!(names.len() > 50, "only {} names found", names.len());
    let missing = names.into_iter().filter(|name| !exists(&files, name));
    none("every test that the table names exists", missing.map(str::to_owned).collect());
}

#[test]
fn a_name_that_nothing_has_is_found() {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let files = [file("tests/x/a.rs", "fn one() {}"), file("testdata/plan/10-b.yaml", "")];
    assert!(exists(&files, "x::a::one") && exists(&files, "a::tests::one") && exists(&files, "plan::10"));
    assert!(!exists(&files, "x::b::one") && !exists(&files, "x::a::two") && !exists(&files, "plan::11"));
    assert_eq!(names("`a::b` and `c` and `plan::NN`"), ["a::b"]);
}
