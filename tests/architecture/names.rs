//! Names that have no place here: paths of one machine, and hosts from which tools fetch packages.

use crate::none;
use crate::repository::{File, files};

/// Put together from halves, so that this file does not name them itself.
const FORBIDDEN: [&str; 8] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/tmp/", "bash"),
    concat!("crates", ".io"),
    concat!("proxy.", "golang"),
    concat!("sum.", "golang"),
    concat!("registry.", "npmjs"),
    concat!("py", "pi.org"),
];

fn violations(file: &File) -> Vec<String> {
    // Cargo writes the registry into its lock files.
    if file.path.ends_with("Cargo.lock") {
        return Vec::new();
    }
    let lines = file.text.lines().enumerate();
    let named = lines.flat_map(|(index, line)| {
        let words = FORBIDDEN.iter().filter(move |word| line.contains(**word));
        words.map(move |word| format!("{}:{} names {word}", file.path, index + 1))
    });
    named.collect()
}

#[test]
fn no_path_of_a_machine_and_no_registry() {
    none("names that have no place here", files().iter().flat_map(violations).collect());
}

#[test]
fn a_forbidden_name_is_found() {
    for word in FORBIDDEN {
        let file = |path: &str| File { path: path.to_owned(), text: format!("a\nsee {word}b\n") };
        assert_eq!(violations(&file("README.md")), [format!("README.md:2 names {word}")]);
        assert!(violations(&file("Cargo.lock")).is_empty());
    }
}
