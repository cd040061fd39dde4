//! `status.state` in our form, by whichever version it was written.

use std::collections::BTreeSet;

use planner::journal::{decode, encode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{all_right, read, testdata};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    document: Value,
    /// What is written in its place; none: the same.
    #[serde(default)]
    written: Option<Value>,
    /// It bears fields that the other controllers do not know; they stay.
    #[serde(default)]
    foreign: bool,
    /// The pending ranges: VM and range.
    #[serde(default)]
    entries: Vec<String>,
}

#[test]
fn a_document_says_the_same_when_it_is_written_again() {
    let cases: Vec<Case> = read(&testdata("state/documents.yaml"));
    let mut wrong = Vec::new();
    for case in &cases {
        let state = decode(Some(&case.document)).unwrap_or_else(|error| panic!("{}: {error}", case.about));
        let entries: Vec<String> =
            state.journal.entries.iter().map(|entry| format!("{} {}", entry.vm, entry.range)).collect();
        let (written, wanted) = (encode(&state), case.written.as_ref().unwrap_or(&case.document));
        if written != *wanted || entries != case.entries {
            wrong.push(format!(
                "{}: wanted {wanted} {:?}, got {written} {entries:?}",
                case.about, case.entries
            ));
        }
        let strictly = landscape::neighbours::decoding::decode(&json!({ "status": { "state": written } }));
        assert_eq!(strictly.is_err(), case.foreign, "{}: {strictly:?}", case.about);
        assert_eq!(decode(Some(&written)), Ok(state), "{}", case.about);
    }
    all_right(&wrong);
    let abouts: BTreeSet<&str> = cases.iter().map(|case| case.about.as_str()).collect();
    assert_eq!(abouts.len(), cases.len(), "two cases have the same name");
}
