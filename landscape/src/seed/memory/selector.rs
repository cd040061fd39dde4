//! Label and field selectors, as far as controllers of this project use them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::failure::Failure;
use crate::json::escape;

/// The fields that a field selector can name, whatever the kind.
const FIELDS: [&str; 6] =
    ["metadata.name", "metadata.namespace", "spec.nodeName", "status.phase", "reason", "involvedObject.kind"];

/// A conjunction of demands; empty, it selects everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Selector(Vec<Demand>);

#[derive(Debug, Clone)]
struct Demand {
    /// JSON pointer of the field.
    at: String,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Is(String),
    IsNot(String),
    Exists,
}

impl Selector {
    /// The selector of a query: `labelSelector` (`a=b`, `a==b`, `a!=b`, `a`) and `fieldSelector`, by some fields. Anything else
    /// is refused rather than ignored.
    pub(super) fn parse(query: &BTreeMap<String, String>) -> Result<Self, Failure> {
        let mut demands = Vec::new();
        for term in terms(query.get("labelSelector")) {
            let (key, test) = split(term);
            if key.contains([' ', '(', '!']) {
                return Err(Failure::bad_request(format!("labelSelector {term:?} is not simulated")));
            }
            demands.push(Demand { at: format!("/metadata/labels/{}", escape(key)), test });
        }
        for term in terms(query.get("fieldSelector")) {
            let (key, test) = split(term);
            if !FIELDS.contains(&key) {
                return Err(Failure::bad_request(format!("field label not supported: {key}")));
            }
            demands.push(Demand { at: format!("/{}", key.replace('.', "/")), test });
        }
        Ok(Self(demands))
    }

    pub(super) fn matches(&self, object: &Value) -> bool {
        self.0.iter().all(|demand| {
            let found = object.pointer(&demand.at).and_then(Value::as_str);
            match &demand.test {
                Test::Is(wanted) => found == Some(wanted),
                // A field that is absent is an empty one.
                Test::IsNot(unwanted) if unwanted.is_empty() => found.is_some_and(|found| !found.is_empty()),
                Test::IsNot(unwanted) => found != Some(unwanted),
                Test::Exists => found.is_some(),
            }
        })
    }
}

fn terms(text: Option<&String>) -> impl Iterator<Item = &str> {
    text.into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|term| !term.is_empty())
}

fn split(term: &str) -> (&str, Test) {
    if let Some((key, value)) = term.split_once("!=") {
        (key, Test::IsNot(value.to_owned()))
    } else if let Some((key, value)) = term.split_once('=') {
        (key, Test::Is(value.trim_start_matches('=').to_owned()))
    } else {
        (term, Test::Exists)
    }
}
