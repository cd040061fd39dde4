//! Request bodies: typed access to a JSON object with Google's errors for what is missing or malformed.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::api::error::ApiError;

/// A JSON object of a request and the path that error messages give it (`resource`, `resource.x[0]`).
///
/// An explicit `null` counts as absent, everywhere inside.
#[derive(Debug, Clone)]
pub struct Body {
    at: String,
    map: Map<String, Value>,
}

impl Body {
    /// Parses a request body; an empty one is an empty object.
    pub fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        Self::decode(bytes).map(Self::of)
    }

    /// The object of a request body as it was sent, nulls included.
    pub fn decode(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Map::new());
        }
        match serde_json::from_slice(bytes).map_err(|e| ApiError::parse_error(&e.to_string()))? {
            Value::Object(map) => Ok(map),
            _ => Err(ApiError::parse_error("the body must be a JSON object")),
        }
    }

    /// An object that was not sent as it is: a resource with a patch merged into it, or an entry of an initial state.
    pub fn of(map: Map<String, Value>) -> Self {
        Self { at: "resource".to_owned(), map: map_without_nulls(map) }
    }

    /// The whole path of a field, for messages.
    pub fn path(&self, field: &str) -> String {
        format!("{}.{field}", self.at)
    }

    /// Whether the field is present (and not null).
    pub fn has(&self, field: &str) -> bool {
        self.map.contains_key(field)
    }

    /// The names of the fields that are present.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.map.keys().map(String::as_str)
    }

    /// A field as it was sent.
    pub fn raw(&self, field: &str) -> Option<&Value> {
        self.map.get(field)
    }

    /// The object as it was sent, without nulls.
    pub fn into_map(self) -> Map<String, Value> {
        self.map
    }

    /// Refuses fields outside `known` that ask for something. A value that means nothing asks for what the fake does anyway.
    pub fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        let mut unknown = self.map.iter().filter(|(key, _)| !known.contains(&key.as_str()));
        match unknown.find(|(_, value)| !means_nothing(value)) {
            Some((key, _)) => Err(ApiError::not_modelled(&format!("field '{}'", self.path(key)))),
            None => Ok(()),
        }
    }

    /// 400 `invalid` on a field of this object.
    pub fn invalid(&self, field: &str, why: &str) -> ApiError {
        let value = match self.map.get(field) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(_) | Value::Object(_)) | None => String::new(),
            Some(other) => other.to_string(),
        };
        ApiError::invalid(&self.path(field), &value, why)
    }

    /// A string, which may be empty.
    pub fn text(&self, field: &str) -> Result<Option<&str>, ApiError> {
        match self.map.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(self.invalid(field, "A string is expected.")),
        }
    }

    /// A string; the empty string counts as absent.
    pub fn string(&self, field: &str) -> Result<Option<&str>, ApiError> {
        Ok(self.text(field)?.filter(|text| !text.is_empty()))
    }

    /// A string that must be there.
    pub fn require(&self, field: &str) -> Result<&str, ApiError> {
        self.string(field)?.ok_or_else(|| ApiError::required(&self.path(field)))
    }

    /// A string that parses, with `why` as the reason if it does not.
    pub fn parsed<T: FromStr>(&self, field: &str, why: &str) -> Result<Option<T>, ApiError> {
        match self.string(field)? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| self.invalid(field, why)),
        }
    }

    /// A boolean, which may be written as a text, if it is there.
    pub fn bool(&self, field: &str) -> Result<Option<bool>, ApiError> {
        match self.map.get(field) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(self.invalid(field, "A boolean is expected.")),
        }
    }

    /// An integer, as a number or as a string of digits, if it is there.
    pub fn integer(&self, field: &str) -> Result<Option<i64>, ApiError> {
        let value = match self.map.get(field) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        value.map(Some).ok_or_else(|| self.invalid(field, "An integer is expected."))
    }

    /// An integer among those that Google takes.
    pub fn integer_in(&self, field: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, ApiError> {
        let value = self.integer(field)?;
        match value.filter(|value| !range.contains(value)) {
            None => Ok(value),
            Some(_) => Err(self.invalid(field, &between(range.start(), range.end()))),
        }
    }

    /// A number, fractions included, among those that Google takes.
    pub fn number_in(&self, field: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, ApiError> {
        let value = match self.map.get(field) {
            None => return Ok(None),
            Some(value) => value.as_f64().ok_or_else(|| self.invalid(field, "A number is expected."))?,
        };
        match range.contains(&value) {
            true => Ok(Some(value)),
            false => Err(self.invalid(field, &between(range.start(), range.end()))),
        }
    }

    /// One of a few words, if it is there.
    pub fn one_of(&self, field: &str, words: &[&str]) -> Result<Option<&str>, ApiError> {
        let value = self.string(field)?;
        match value.filter(|value| !words.contains(value)) {
            None => Ok(value),
            Some(_) => Err(self.invalid(field, &format!("Must be one of [{}].", words.join(", ")))),
        }
    }

    /// One of the words that are `modelled`, if it is there: 501 for one of those `beyond`, which Google has too, and 400 for any
    /// other.
    pub fn word(&self, field: &str, modelled: &[&str], beyond: &[&str]) -> Result<Option<&str>, ApiError> {
        match self.one_of(field, &[modelled, beyond].concat())?.filter(|word| beyond.contains(word)) {
            None => self.string(field),
            Some(word) => Err(ApiError::not_modelled(&format!("{word} as '{}'", self.path(field)))),
        }
    }

    /// A nested object, if it is there.
    pub fn object(&self, field: &str) -> Result<Option<Self>, ApiError> {
        match self.map.get(field) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Self { at: self.path(field), map: map.clone() })),
            Some(_) => Err(self.invalid(field, "An object is expected.")),
        }
    }

    /// A list of objects, if it is there.
    pub fn objects(&self, field: &str) -> Result<Option<Vec<Self>>, ApiError> {
        let items = match self.map.get(field) {
            None => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.invalid(field, "A list is expected.")),
        };
        let each = items.iter().enumerate().map(|(index, item)| match item {
            Value::Object(map) => Ok(Self { at: format!("{}[{index}]", self.path(field)), map: map.clone() }),
            _ => Err(self.invalid(field, "A list of objects is expected.")),
        });
        each.collect::<Result<_, _>>().map(Some)
    }

    /// A list of strings, if it is there.
    pub fn strings(&self, field: &str) -> Result<Option<Vec<String>>, ApiError> {
        let items = match self.map.get(field) {
            None => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.invalid(field, "A list is expected.")),
        };
        let each = items.iter().map(|item| {
            item.as_str()
                .map(str::to_owned)
                .ok_or_else(|| self.invalid(field, "A list of strings is expected."))
        });
        each.collect::<Result<_, _>>().map(Some)
    }
}

/// Whether a value is what a field has that nobody set: empty, zero or false, or made of nothing else.
pub(crate) fn means_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(means_nothing),
        Value::Object(map) => map.values().all(means_nothing),
    }
}

fn between(least: impl std::fmt::Display, greatest: impl std::fmt::Display) -> String {
    format!("Values must be between {least} and {greatest}.")
}

fn map_without_nulls(map: Map<String, Value>) -> Map<String, Value> {
    map.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map_without_nulls(map)),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}
