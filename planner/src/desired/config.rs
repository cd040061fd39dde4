//! Strict decoding of `spec.providerConfig`.

use serde_json::Value;

use super::TargetError;
use crate::documents::config::InfrastructureConfig;
use crate::documents::names::PROVIDER_API_VERSION;
use crate::text::{Excerpt, remark};

const KIND: &str = "InfrastructureConfig";

/// Decodes a `spec.providerConfig` read from the API server. Duplicate fields cannot occur, because the API server keeps one of
/// them.
///
/// # Errors
/// A [`TargetError`] that names the field.
pub fn decode(raw: Option<&Value>) -> Result<InfrastructureConfig, TargetError> {
    decode_value(raw.filter(|raw| !raw.is_null()).ok_or(TargetError::NoConfig)?)
}

/// Decodes an `InfrastructureConfig` from YAML or JSON text. Duplicate fields are refused.
///
/// # Errors
/// A [`TargetError`] that names the field.
pub fn decode_text(text: &str) -> Result<InfrastructureConfig, TargetError> {
    // Decoded by way of a value, so that both functions know the same fields and return the same errors.
    let raw: Option<Value> =
        serde_saphyr::from_str(text).map_err(|error| TargetError::Config(remark(&error.to_string())))?;
    decode(raw.as_ref())
}

fn decode_value(raw: &Value) -> Result<InfrastructureConfig, TargetError> {
    if let Some(problem) = raw.as_str() {
        return Err(TargetError::Config(problem.to_owned()));
    }
    let text = |field| raw.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    // Checked first, because errors in the fields of another kind would mislead.
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

/// The error of a document that does not decode. Path and problem are excerpts, because the decoder quotes its input.
fn not_a_config(path: &str, problem: &str) -> TargetError {
    TargetError::Config(format!("{}: {}", Excerpt(path), remark(problem)))
}

/// The path of the first list in place of an object. The decoder would take its items for the fields of the object, in order.
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
