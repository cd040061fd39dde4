//! Documents inside of objects, each of whatever form.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A document of whatever form. One that no decoder reads, because it nests too deep for one or holds a number that is too large,
/// is a text that says so: nobody takes that for a document, and whoever needs it says what is wrong with it.
pub(super) fn document<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.map(|raw| {
        let read = serde_json::from_str(raw.get());
        read.unwrap_or_else(|error| Value::String(format!("a document that cannot be read: {error}")))
    }))
}
