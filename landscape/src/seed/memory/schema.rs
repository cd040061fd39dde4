//! A structural schema: prunes what it does not know, fills in defaults, refuses what does not fit.
//!
//! It reads only keywords that it enforces: a definition that uses another one is refused when it is loaded, so that
//! an object is never accepted here that a real API server would refuse for a reason of its definition.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::failure::Cause;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Schema {
    r#type: Type,
    format: Option<Format>,
    #[serde(default)]
    required: BTreeSet<String>,
    #[serde(default)]
    properties: BTreeMap<String, Schema>,
    items: Option<Box<Schema>>,
    additional_properties: Option<Box<Schema>>,
    default: Option<Value>,
    #[serde(default, rename = "x-kubernetes-preserve-unknown-fields")]
    preserve_unknown: bool,
    #[serde(default, rename = "x-kubernetes-validations")]
    rules: Vec<Rule>,
    /// Says how server-side apply merges, which is not simulated.
    #[serde(rename = "x-kubernetes-map-type")]
    _map_type: Option<IgnoredAny>,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    Object,
    Array,
    String,
    Integer,
    Boolean,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Format {
    DateTime,
    Byte,
    Int32,
    Int64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    rule: RuleText,
    message: String,
}

/// The validation rules that occur, by their text: this is no interpreter of their language.
#[derive(Debug, Deserialize)]
enum RuleText {
    #[serde(rename = "self == oldSelf")]
    Immutable,
}

impl Schema {
    /// Prunes and defaults in place. `metadata` of the root is left alone: its schema is not the definition's.
    pub(super) fn prune(&self, object: &mut Value) {
        let metadata = object.as_object_mut().and_then(|object| object.remove("metadata"));
        self.prune_value(object);
        if let (Some(object), Some(metadata)) = (object.as_object_mut(), metadata) {
            object.insert("metadata".to_owned(), metadata);
        }
    }

    /// All fields that do not fit; `old` is the object before an update.
    pub(super) fn validate(&self, object: &Value, old: Option<&Value>) -> Vec<Cause> {
        let mut causes = Vec::new();
        self.validate_value("", object, old, &mut causes);
        causes
    }

    fn prune_value(&self, value: &mut Value) {
        match value {
            Value::Object(members) => self.prune_members(members),
            Value::Array(items) => {
                if let Some(schema) = &self.items {
                    items.iter_mut().for_each(|item| schema.prune_value(item));
                }
            }
            _ => {}
        }
    }

    fn prune_members(&self, members: &mut Map<String, Value>) {
        members.retain(|name, value| match self.member(name) {
            // No field here is nullable: a null means the same as leaving it out.
            Some(_) => !value.is_null(),
            None => self.preserve_unknown,
        });
        for (name, schema) in &self.properties {
            if let Some(default) = &schema.default
                && !members.contains_key(name)
            {
                members.insert(name.clone(), default.clone());
            }
        }
        for (name, value) in members.iter_mut() {
            if let Some(schema) = self.member(name) {
                schema.prune_value(value);
            }
        }
    }

    fn member(&self, name: &str) -> Option<&Schema> {
        self.properties.get(name).or(self.additional_properties.as_deref())
    }

    fn validate_value(&self, path: &str, value: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
        if !self.r#type.admits(value) {
            let wanted = format!("{:?}", self.r#type).to_lowercase();
            let found = type_name(value);
            let message =
                format!("Invalid value: \"{found}\": {path} in body must be of type {wanted}: \"{found}\"");
            causes.push(Cause::new(path, "FieldValueTypeInvalid", message));
            return;
        }
        if let (Some(format), Some(text)) = (&self.format, value.as_str())
            && !format.admits(text)
        {
            let message =
                format!("Invalid value: {text:?}: {path} in body must be of type {format:?}: {text:?}");
            causes.push(Cause::new(path, "FieldValueTypeInvalid", message));
        }
        for Rule { rule: RuleText::Immutable, message } in &self.rules {
            if old.is_some_and(|old| old != value) {
                causes.push(Cause::new(path, "FieldValueInvalid", format!("Invalid value: {message}")));
            }
        }
        match value {
            Value::Object(members) => {
                for name in self.required.iter().filter(|name| !members.contains_key(*name)) {
                    causes.push(Cause::new(&join(path, name), "FieldValueRequired", "Required value"));
                }
                for (name, value) in members {
                    if let Some(schema) = self.member(name) {
                        let old = old.and_then(|old| old.get(name));
                        schema.validate_value(&join(path, name), value, old, causes);
                    }
                }
            }
            Value::Array(items) => {
                // Items of a list without keys have no counterpart in the old list.
                for (index, item) in items.iter().enumerate() {
                    if let Some(schema) = &self.items {
                        schema.validate_value(&format!("{path}[{index}]"), item, None, causes);
                    }
                }
            }
            _ => {}
        }
    }
}

impl Type {
    fn admits(self, value: &Value) -> bool {
        match self {
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::String => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Boolean => value.is_boolean(),
        }
    }
}

impl Format {
    fn admits(&self, text: &str) -> bool {
        match self {
            Self::DateTime => text.parse::<jiff::Timestamp>().is_ok(),
            Self::Byte => base64::engine::general_purpose::STANDARD.decode(text).is_ok(),
            Self::Int32 | Self::Int64 => true,
        }
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
