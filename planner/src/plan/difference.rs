//! Comparison of the managed fields of a resource, by value.
//!
//! Google returns more than was sent, in its own order and spelling: URLs with another host, empty lists left out, protocols by
//! name. None of that is a difference, so whole objects are never compared.

use ipnet::IpNet;
use serde_json::{Map, Value};

use crate::vocabulary::path_of;

/// A managed field whose value differs from the wanted one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldChange {
    /// The name of the field in the API, e.g. `priority`.
    pub field: &'static str,
    /// The value that was read; null if the field is absent.
    pub from: Value,
    /// The wanted value; null if the field shall be absent.
    pub to: Value,
}

/// The form `priority: 900 → 1000`.
impl std::fmt::Display for FieldChange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {} → {}", self.field, self.from, self.to)
    }
}

/// The fields of `wanted` that differ in `present`. Lists are compared as sets; empty, false and null values are equal to absent
/// ones.
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

/// The normal form of a value for comparison; `None` if it is equal to an absent one.
fn normal(value: &Value) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(Value::String(normal_text(text))),
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

/// The normal form of a text: a URL is reduced to its path, a range made canonical, a protocol replaced by its number.
fn normal_text(text: &str) -> String {
    let text = path_of(text);
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
        // Present value, wanted value, whether they differ.
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
