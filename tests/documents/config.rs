//! `InfrastructureConfig`: which texts are one, and what is to be said of those that are.

use planner::desired::{advice, decode_text};
use planner::documents::cluster::Shoot;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{all_right, files, read, testdata};

const API_VERSION: &str = "gcp.provider.extensions.gardener.cloud/v1alpha1";

/// A text, and the error that it leads to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    about: String,
    #[serde(default)]
    networks: Option<String>,
    #[serde(default)]
    text: Option<String>,
    /// A part of the error; none: it decodes.
    #[serde(default)]
    error: Option<String>,
}

#[test]
fn exactly_the_texts_that_are_a_config_decode() {
    let cases: Vec<Text> = read(&testdata("config/decode.yaml"));
    let mut wrong = Vec::new();
    for Text { about, networks, text, error } in cases {
        let head = format!("apiVersion: {API_VERSION}\nkind: InfrastructureConfig\nnetworks: ");
        let text = text.unwrap_or_else(|| head + &networks.unwrap());
        let found = decode_text(&text).map(drop).map_err(|error| error.to_string());
        let right = match (&found, &error) {
            (Ok(()), None) => true,
            (Err(found), Some(error)) => found.contains(error),
            _ => false,
        };
        if !right {
            wrong.push(format!("{about}: wanted {error:?}, got {found:?}"));
        }
    }
    all_right(&wrong);
}

/// What differs from the base, and the fields that something is to be said of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    /// Members of `networks` that take the place of the base's; null: the base's is left out.
    #[serde(default)]
    networks: Map<String, Value>,
    /// The same of `shoot.spec.networking`.
    #[serde(default)]
    shoot: Map<String, Value>,
    #[serde(default)]
    wanted: Vec<String>,
}

#[derive(Clone, Deserialize)]
struct Base {
    networks: Map<String, Value>,
    shoot: Map<String, Value>,
}

fn replaced(mut base: Map<String, Value>, members: &Map<String, Value>) -> Value {
    for (name, value) in members {
        match value {
            Value::Null => base.remove(name),
            value => base.insert(name.clone(), value.clone()),
        };
    }
    Value::Object(base)
}

fn shoot(networking: &Value) -> Shoot {
    serde_json::from_value(json!({ "spec": { "networking": networking } })).unwrap()
}

#[test]
fn each_field_that_admission_would_refuse_is_named_and_nothing_else() {
    let base: Base = read(&testdata("config/advice/base.yaml"));
    let mut wrong = Vec::new();
    for file in files("config/advice", 6).into_iter().filter(|file| !file.ends_with("base.yaml")) {
        for case in read::<Vec<Case>>(&file) {
            let networks = replaced(base.networks.clone(), &case.networks);
            let shoot = shoot(&replaced(base.shoot.clone(), &case.shoot));
            let raw =
                json!({ "apiVersion": API_VERSION, "kind": "InfrastructureConfig", "networks": networks });
            decode_text(&raw.to_string()).unwrap_or_else(|error| panic!("{}: {error}", case.about));
            let found = advice(Some(&raw), &shoot);
            assert!(found.iter().all(|advice| !advice.message.is_empty()));
            let mut paths: Vec<&str> = found.iter().map(|advice| advice.path.as_str()).collect();
            let mut wanted: Vec<&str> = case.wanted.iter().map(String::as_str).collect();
            paths.sort_unstable();
            wanted.sort_unstable();
            if paths != wanted {
                wrong.push(format!("{} ({}): wanted {wanted:?}, got {found:?}", case.about, file.display()));
            }
        }
    }
    all_right(&wrong);
}

#[test]
fn of_a_document_that_is_no_config_nothing_is_said() {
    let shoot = Shoot::default();
    for raw in [None, Some(Value::Null), Some(json!([])), Some(json!({ "kind": "InfrastructureConfig" }))] {
        assert_eq!(advice(raw.as_ref(), &shoot), []);
    }
    let raw = json!({ "apiVersion": API_VERSION, "kind": "InfrastructureConfig" });
    assert_eq!(advice(Some(&raw), &shoot).len(), 1, "a config without networks lacks workers");
}
