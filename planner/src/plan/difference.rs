//! Comparing by value, and only what is managed.
//!
//! Google answers with more than was sent, in its own order and spelling: whole URLs under another host, empty lists left out,
//! protocols by name. None of that is a difference. Nothing here compares a whole object.

use ipnet::IpNet;
use serde_json::{Map, Value};

/// A field whose value is not what it shall be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldChange {
    /// Its name in the API.
    pub field: &'static str,
    /// What was seen; null: nothing.
    pub from: Value,
    /// What it shall be; null: nothing.
    pub to: Value,
}

/// `priority: 900 → 1000`.
impl std::fmt::Display for FieldChange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {} → {}", self.field, self.from, self.to)
    }
}

/// The fields among `wanted` that `present` has otherwise. Lists are compared as sets; what is empty, false or null is the same as
/// absent.
pub(super) fn differences(
    present: &Map<String, Value>,
    wanted: &[(&'static str, Value)],
) -> Vec<FieldChange> {
    let changed = wanted.iter().filter_map(|(field, to)| {
        let from = present.get(*field);
        (from.and_then(normal) != normal(to)).then(|| FieldChange {
            field,
            from: from.cloned().unwrap_or_default(),
            to: to.clone(),
        })
    });
    changed.collect()
}

/// A value as it compares; `None`: the same as absent.
fn normal(value: &Value) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(Value::String(word(text))),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().filter_map(normal).collect();
            items.sort_by_key(Value::to_string);
            items.dedup();
            Some(Value::Array(items)).filter(|_| !value.as_array().is_some_and(Vec::is_empty))
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, value)| Some((name.clone(), normal(value)?)));
            Some(Value::Object(fields.collect()))
        }
        Value::Bool(true) | Value::Number(_) => Some(value.clone()),
    }
}

/// A URL by its path, a range in its canonical form, a protocol by one of its names.
fn word(text: &str) -> String {
    if let Some(at) = text.find("/projects/") {
        return text.get(at + 1..).unwrap_or_default().to_owned();
    }
    if let Ok(range) = text.parse::<IpNet>() {
        return range.to_string();
    }
    match text {
        "icmpv6" | "ipv6-icmp" => "58".to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spelling_and_order_are_no_difference_and_values_are() {
        // present, wanted, whether that is a difference
        let table = [
            (json!(1000), json!(1000), false),
            (json!(900), json!(1000), true),
            (Value::Null, json!(false), false),
            (Value::Null, json!([]), false),
            (json!([]), Value::Null, false),
            (json!(["x"]), Value::Null, true),
            (json!(["b", "a"]), json!(["a", "b"]), false),
            (json!(["a"]), json!(["a", "b"]), true),
            (json!(["2600:1900:0:0::/64"]), json!(["2600:1900::/64"]), false),
            (
                json!("https://x/compute/v1/projects/p/global/networks/n"),
                json!("projects/p/global/networks/n"),
                false,
            ),
            (
                json!("https://x/compute/v1/projects/p/global/networks/n"),
                json!("projects/p/global/networks/m"),
                true,
            ),
            (json!([{ "IPProtocol": "icmpv6" }]), json!([{ "IPProtocol": "58", "ports": [] }]), false),
            (
                json!([{ "IPProtocol": "tcp", "ports": ["1-2"] }]),
                json!([{ "IPProtocol": "tcp", "ports": ["1-3"] }]),
                true,
            ),
            (
                json!({ "enable": true, "filter": "ALL" }),
                json!({ "enable": true, "filter": "ERRORS_ONLY" }),
                true,
            ),
        ];
        for (present, wanted, differs) in table {
            let fields =
                Map::from_iter([("field".to_owned(), present.clone()), ("other".to_owned(), json!(1))]);
            let found = differences(&fields, &[("field", wanted.clone())]);
            assert_eq!(!found.is_empty(), differs, "{present} and {wanted}: {found:?}");
        }
        let found = differences(&Map::new(), &[("field", json!(1))]);
        assert_eq!(found[0].to_string(), "field: null → 1");
    }
}
