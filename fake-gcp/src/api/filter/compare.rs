//! The look-up of a field in a resource, and its reading as text.

use serde_json::Value;

use crate::api::reference::strip_host;

/// The value of a dotted field.
pub(super) fn lookup<'a>(resource: &'a Value, field: &str) -> Option<&'a Value> {
    field.split('.').try_fold(resource, |value, part| value.get(part))
}

/// A scalar as text, as it would be written in a filter.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Brings a pattern and a field to the same form where the pattern is the URL of a resource: clients write it
/// with the endpoint that they were configured with, the server's links always bear Google's.
pub(super) fn without_hosts<'a>(pattern: &'a str, field: &'a str) -> (&'a str, &'a str) {
    match (strip_host(pattern), strip_host(field)) {
        (Some(pattern), Some(field)) => (pattern, field),
        _ => (pattern, field),
    }
}
