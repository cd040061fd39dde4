//! From `spec.providerConfig` to an `InfrastructureConfig`, strictly.

use serde_json::Value;

use super::TargetError;
use crate::documents::config::InfrastructureConfig;
use crate::documents::names::PROVIDER_API_VERSION;
use crate::text::{Excerpt, remark};

const KIND: &str = "InfrastructureConfig";

/// Decodes `spec.providerConfig` as the API server hands it out. A field that stands there twice never comes this far: the
/// API server keeps one of the two.
///
/// # Errors
/// A [`TargetError`] that names the field.
pub fn decode(raw: Option<&Value>) -> Result<InfrastructureConfig, TargetError> {
    of_our_kind(raw.filter(|raw| !raw.is_null()).ok_or(TargetError::NoConfig)?)
}

/// Decodes a text, YAML or JSON, of an `InfrastructureConfig`. Here a field that stands there twice is seen, and refused.
///
/// # Errors
/// A [`TargetError`] that names the field.
pub fn decode_text(text: &str) -> Result<InfrastructureConfig, TargetError> {
    // By way of a value, so that both ways know the same fields and complain in the same words.
    let raw: Option<Value> =
        serde_saphyr::from_str(text).map_err(|error| TargetError::Config(remark(&error.to_string())))?;
    decode(raw.as_ref())
}

fn of_our_kind(raw: &Value) -> Result<InfrastructureConfig, TargetError> {
    if let Some(problem) = raw.as_str() {
        return Err(TargetError::Config(problem.to_owned()));
    }
    let text = |field| raw.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    // Before all else: what is wrong with the fields of another kind is of no interest.
    if api_version != PROVIDER_API_VERSION || kind != KIND {
        return Err(TargetError::Kind { api_version, kind });
    }
    let config = serde_path_to_error::deserialize(raw)
        .map_err(|error| not_a_config(&error.path().to_string(), &error.inner().to_string()))?;
    match misplaced_list(raw, "") {
        Some(path) => Err(not_a_config(&path, "a list, wanted an object or a value")),
        None => Ok(config),
    }
}

/// The decoder's words quote what they do not understand.
fn not_a_config(path: &str, problem: &str) -> TargetError {
    TargetError::Config(format!("{}: {}", Excerpt(path), remark(problem)))
}

/// The path of a list where none belongs: the decoder would take it for the members of an object, in their order.
fn misplaced_list(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::Object(fields) => {
            fields.iter().find_map(|(name, value)| misplaced_list(value, &format!("{path}.{name}")))
        }
        Value::Array(names) if path.ends_with(".natIPNames") => {
            names.iter().find_map(|name| misplaced_list(name, &format!("{path}[]")))
        }
        Value::Array(_) => Some(path.trim_start_matches('.').to_owned()),
        _ => None,
    }
}
