//! Comments that document code can be read alone: their first sentence does not begin with a pronoun, which would need the code to be
//! understood.

use crate::none;
use crate::repository::{File, rust_files};

const SOURCES: [&str; 4] = ["src/", "planner/src/", "fake-gcp/src/", "landscape/src/"];

/// Beginnings of sentences that point at something outside of the comment.
const POINTERS: [&str; 10] =
    ["It ", "Its ", "They ", "Their ", "This ", "These ", "Those ", "The same ", "Who ", "Whose "];

/// The text of a comment that documents what follows it, or the module.
fn text(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("/// ").or_else(|| line.strip_prefix("//! "))
}

fn violations(file: &File) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().collect();
    let is_comment = |line: &str| {
        let line = line.trim_start();
        line.starts_with("///") || line.starts_with("//!")
    };
    let begins = |index: usize| index == 0 || !is_comment(lines[index - 1]);
    let points =
        |line: &&str| text(line).is_some_and(|text| POINTERS.iter().any(|word| text.starts_with(word)));
    let found = lines.iter().enumerate().filter(|(index, line)| begins(*index) && points(line));
    found.map(|(index, line)| format!("{}:{}: {}", file.path, index + 1, line.trim_start())).collect()
}

#[test]
fn comments_begin_with_what_they_are_about() {
    none("comments that begin with a pronoun", rust_files(&SOURCES).iter().flat_map(violations).collect());
}

#[test]
fn a_comment_that_begins_with_a_pronoun_is_found() {
    let check = |text: &str, expected: usize| {
        let file = File { path: "src/x.rs".to_owned(), text: text.to_owned() };
        assert_eq!(violations(&file).len(), expected, "{text}");
    };
    check("//! Items.\n\n/// The item.\n/// It is small.\nfn item() {}\n", 0);
    check("/// Items of a list.\n    // It is a remark.\nfn item() {}\n", 0);
    check("//! It does something.\n", 1);
    check("struct X {\n    /// Its size.\n    size: u8,\n    /// The same in bits.\n    bits: u8,\n}\n", 2);
}
