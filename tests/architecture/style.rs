//! The form of source files: what they are is said first, they stay small, and no test is switched off.

use crate::none;
use crate::repository::{File, files};

/// The longest that a file may be, in lines.
const LONGEST: usize = 600;

/// Written by tools or by others: lock files, the licence, inputs and expected outputs of tests.
fn is_written_by_hand(path: &str) -> bool {
    let generated = ["Cargo.lock", "go.sum", "requirements.txt", "LICENSE", ".snap", "compute-v1.txt"];
    !path.starts_with("testdata/") && !generated.iter().any(|end| path.ends_with(end))
}

fn violations(file: &File) -> Vec<String> {
    let File { path, text } = file;
    let mut violations = Vec::new();
    let lines = text.lines().count();
    if is_written_by_hand(path) && lines > LONGEST {
        violations.push(format!("{path} has {lines} lines, more than {LONGEST}: split it by what it does"));
    }
    if path.ends_with(".rs") {
        if !text.starts_with("//! ") {
            violations.push(format!("{path} does not begin with a `//!` line that says what it is"));
        }
        let ignored = concat!("#[", "ignore");
        if text.contains(ignored) {
            violations.push(format!("{path} switches a test off: {ignored}"));
        }
    }
    violations
}

#[test]
fn files_say_what_they_are_and_stay_small() {
    none("the form of files", files().iter().flat_map(violations).collect());
}

#[test]
fn what_has_the_wrong_form_is_found() {
    let check = |path: &str, text: &str, expected: usize| {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        assert_eq!(violations(&file).len(), expected, "{path}");
    };
    check("src/good.rs", "//! Good.\n", 0);
    check("src/silent.rs", "use std::fmt;\n", 1);
    check("src/off.rs", concat!("//! Off.\n#[", "ignore = \"slow\"]\n"), 1);
    check("src/long.rs", &format!("//! Long.\n{}", "\n".repeat(LONGEST)), 1);
    check("Cargo.lock", &"\n".repeat(LONGEST + 1), 0);
}
