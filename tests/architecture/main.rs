//! What the documents say about the code, held against the code. Reads files, and of the product only the help text
//! of its command line.
//!
//! Each rule is a pure function from text to violations, so that every rule has a test that shows it can fail.

#![cfg(test)]

mod circles;
mod comments;
mod defects;
mod dependencies;
mod documents;
mod flags;
mod licence;
mod names;
mod purity;
mod quotes;
mod repository;
mod style;

/// Fails with all violations at once, one a line.
#[track_caller]
fn none(rule: &str, violations: Vec<String>) {
    assert!(violations.is_empty(), "{rule}:\n  {}", violations.join("\n  "));
}
