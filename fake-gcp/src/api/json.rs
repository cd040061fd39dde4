//! Building JSON objects field by field, the way Google's replies leave out what is unset.

use serde_json::{Map, Value};

/// A JSON object under construction.
#[derive(Debug, Default)]
pub struct Object(Map<String, Value>);

impl Object {
    /// An object with the field `kind`.
    pub fn kind(kind: &str) -> Self {
        Self::default().with("kind", kind)
    }

    /// An object of fields that are passed through as they were sent.
    pub fn from_map(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// Sets a field.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// Sets a field if there is a value; absent otherwise.
    #[must_use]
    pub fn with_some(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Sets a list field unless the list is empty: Google omits empty lists.
    #[must_use]
    pub fn with_list(self, key: &str, values: Vec<Value>) -> Self {
        if values.is_empty() { self } else { self.with(key, Value::Array(values)) }
    }

    /// The finished object.
    pub fn build(self) -> Value {
        Value::Object(self.0)
    }
}
