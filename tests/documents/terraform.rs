//! What is taken over from the Terraform era.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use gardener_extension_infra_gcp::kubernetes::merge_patch;
use planner::journal::{self, Artefacts, State, encode, take_over};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{all_right, read, testdata};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    about: String,
    #[serde(default)]
    document: Option<Value>,
    #[serde(default)]
    terraform: Option<Value>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default)]
    artefacts: Traces,
    #[serde(default)]
    service_accounts: bool,
    /// The data of the state.
    #[serde(default)]
    wanted: BTreeMap<String, String>,
    /// A part of the error.
    #[serde(default)]
    error: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Traces {
    protected: bool,
    state: bool,
    unreadable: bool,
}

impl Case {
    fn document(&self) -> Option<Value> {
        let Some(terraform) = &self.terraform else { return self.document.clone() };
        let text = terraform.to_string();
        Some(match self.encoding.as_deref() {
            Some("base64") => json!({ "data": BASE64_STANDARD.encode(text), "encoding": "base64" }),
            _ => json!({ "data": text, "encoding": "none" }),
        })
    }

    fn take_over(&self) -> Result<State, journal::StateError> {
        let Traces { protected, state, unreadable } = self.artefacts;
        let artefacts = Artefacts { protected, state, unreadable };
        take_over(self.document().as_ref(), artefacts, self.service_accounts)
    }
}

fn cases() -> Vec<Case> {
    let cases: Vec<Case> = read(&testdata("terraform/take-over.yaml"));
    assert!(cases.len() > 20, "only {} cases", cases.len());
    cases
}

#[test]
fn what_terraform_made_is_marked_and_anything_else_is_refused() {
    let mut wrong = Vec::new();
    for case in cases() {
        let found = case.take_over();
        let right = match (&found, &case.error) {
            (Ok(state), None) => {
                *state == State { data: case.wanted.clone(), unwritten: state.unwritten, ..State::default() }
            }
            (Err(error), Some(wanted)) => error.to_string().contains(wanted),
            _ => false,
        };
        if !right {
            wrong.push(format!("{}: wanted {:?} {:?}, got {found:?}", case.about, case.wanted, case.error));
        }
        if let Err(error) = &found {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("TOPSECRET"), "{}: {shown}", case.about);
        }
    }
    all_right(&wrong);
}

/// The JSON merge patch of RFC 7396, as the API server applies it.
fn merged(target: Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let mut fields = match target {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    for (name, change) in patch {
        match (change, fields.remove(name)) {
            (Value::Null, _) => {}
            (change, before) => {
                fields.insert(name.clone(), merged(before.unwrap_or_default(), change));
            }
        }
    }
    Value::Object(fields)
}

/// A state that says something new is not written yet, and the patch that writes it leaves nothing of the old document.
#[test]
fn the_first_write_replaces_the_document_wholly() {
    let mut replaced = 0;
    for case in cases().into_iter().filter(|case| case.error.is_none()) {
        let (document, state) = (case.document().unwrap_or_default(), case.take_over().unwrap());
        let says_something =
            document.as_object().is_some_and(|fields| !fields.is_empty()) || !state.data.is_empty();
        assert_eq!(state.unwritten, says_something, "{}", case.about);
        if !state.unwritten {
            continue;
        }
        let next = encode(&state);
        let patch = merge_patch(&document, &next).unwrap();
        let written = merged(document, &patch);
        assert_eq!(written, next, "{}", case.about);
        assert_eq!(
            journal::decode(Some(&written)),
            Ok(State { unwritten: false, ..state }),
            "{}",
            case.about
        );
        replaced += 1;
    }
    assert!(replaced > 10, "only {replaced} documents were replaced");
}
