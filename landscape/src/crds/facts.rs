//! A resource definition as a flat list of facts: what decides whether an API server accepts, prunes or refuses an
//! object. Texts for people (descriptions, printer columns, messages of rules) are no facts.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::json::{at, text};

/// Place of a fact: path in the definition (empty: the definition itself), and keyword there.
pub(super) type Place = (String, String);

/// Every fact of one definition, ordered by its place.
pub(super) type Facts = BTreeMap<Place, Value>;

/// Keywords of a schema that hold further schemas, or that are for people only.
const NOT_FACTS: [&str; 8] = [
    "properties",
    "items",
    "additionalProperties",
    "description",
    "title",
    "example",
    "externalDocs",
    "x-kubernetes-validations",
];

/// The facts of a `CustomResourceDefinition`.
pub(super) fn of(definition: &Value) -> Facts {
    let mut facts = Facts::new();
    let spec = at(definition, "/spec");
    for keyword in ["group", "scope", "conversion", "preserveUnknownFields"] {
        record(&mut facts, "", keyword, spec.get(keyword));
    }
    for (keyword, value) in members(at(spec, "/names")) {
        record(&mut facts, "", &format!("names.{keyword}"), Some(&sorted(value)));
    }
    for version in at(spec, "/versions").as_array().into_iter().flatten() {
        let name = text(version, "/name");
        for keyword in ["served", "storage", "deprecated", "selectableFields"] {
            record(&mut facts, name, keyword, version.get(keyword));
        }
        for (keyword, value) in members(at(version, "/subresources")) {
            record(&mut facts, name, &format!("subresources.{keyword}"), Some(value));
        }
        schema(&mut facts, name, at(version, "/schema/openAPIV3Schema"));
    }
    facts
}

fn schema(facts: &mut Facts, path: &str, here: &Value) {
    // An empty schema is a fact too: without one, a field whose schema says nothing would be invisible.
    record(facts, path, "field", Some(&Value::Bool(true)));
    for (keyword, value) in members(here) {
        if !NOT_FACTS.contains(&keyword.as_str()) {
            record(facts, path, keyword, Some(&sorted(value)));
        }
    }
    let rules: Vec<Value> = at(here, "/x-kubernetes-validations")
        .as_array()
        .into_iter()
        .flatten()
        .map(|rule| at(rule, "/rule").clone())
        .collect();
    if !rules.is_empty() {
        record(facts, path, "rules", Some(&sorted(&Value::Array(rules))));
    }
    for (name, property) in members(at(here, "/properties")) {
        schema(facts, &format!("{path}.{name}"), property);
    }
    for (keyword, sign) in [("items", "[]"), ("additionalProperties", "{}")] {
        match here.get(keyword) {
            Some(inner @ Value::Object(_)) => schema(facts, &format!("{path}{sign}"), inner),
            other => record(facts, path, keyword, other),
        }
    }
}

fn record(facts: &mut Facts, path: &str, keyword: &str, value: Option<&Value>) {
    if let Some(value) = value {
        facts.insert((path.to_owned(), keyword.to_owned()), value.clone());
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// Lists of words (`required`, `enum`, `shortNames`, rules) are sets.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let mut items = items.clone();
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            Value::Array(items)
        }
        other => other.clone(),
    }
}
