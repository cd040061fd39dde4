//! Deserialization of documents of any form that are embedded in objects.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// Deserializes a document of any form. One that nests too deep, or holds a number that is too large, becomes a string with the
/// reason. A string is never a valid document, so whoever needs the document reports that reason.
pub(super) fn document<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.map(|raw| {
        let read = serde_json::from_str(raw.get());
        read.unwrap_or_else(|error| Value::String(format!("a document that cannot be read: {error}")))
    }))
}
