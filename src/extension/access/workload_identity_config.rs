//! The `WorkloadIdentityConfig`, a document from which the configuration of a workload identity is derived.
//!
//! Read by hand, not by derive: a deserializer's messages quote what they do not understand.

use planner::documents::names::PROVIDER_API_VERSION;
use serde_json::{Map, Value};

use crate::gcp::credentials::CredentialError;

/// The members of `credentialsConfig` that are kept. Where the token lies is known without them.
const KEPT: [&str; 6] = [
    "universe_domain",
    "type",
    "audience",
    "subject_token_type",
    "token_url",
    "service_account_impersonation_url",
];

/// The content of a `WorkloadIdentityConfig` that counts here.
pub(super) struct WorkloadIdentityConfig {
    pub(super) project: String,
    pub(super) credentials: Map<String, Value>,
}

impl WorkloadIdentityConfig {
    /// Reads YAML, of which JSON is a part.
    ///
    /// # Errors
    /// Names the field that is unknown, missing or malformed.
    pub(super) fn from_yaml(yaml: &[u8]) -> Result<Self, CredentialError> {
        let document = serde_saphyr::from_slice(yaml).map_err(|error| {
            let at = error.location();
            CredentialError::NotYaml {
                line: at.map(|at| at.line()).unwrap_or_default(),
                column: at.map(|at| at.column()).unwrap_or_default(),
            }
        })?;
        let Value::Object(mut fields) = document else { return Err(CredentialError::NotAnObject) };
        is(&mut fields, "apiVersion", PROVIDER_API_VERSION)?;
        is(&mut fields, "kind", "WorkloadIdentityConfig")?;
        let project = text(&mut fields, "projectID")?;
        let credentials = match fields.remove("credentialsConfig") {
            Some(Value::Object(members)) => members,
            None | Some(Value::Null) => return Err(missing("credentialsConfig")),
            Some(_) => return Err(malformed("credentialsConfig", "an object")),
        };
        if let Some(field) = fields.keys().next() {
            return Err(CredentialError::unknown_field(field));
        }
        let kept = |(name, _): &(String, Value)| KEPT.contains(&name.as_str());
        Ok(Self { project, credentials: credentials.into_iter().filter(kept).collect() })
    }
}

fn is(
    fields: &mut Map<String, Value>,
    field: &'static str,
    expected: &'static str,
) -> Result<(), CredentialError> {
    if text(fields, field)? == expected { Ok(()) } else { Err(malformed(field, expected)) }
}

fn text(fields: &mut Map<String, Value>, field: &'static str) -> Result<String, CredentialError> {
    match fields.remove(field) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        None | Some(Value::Null | Value::String(_)) => Err(missing(field)),
        Some(_) => Err(malformed(field, "a string")),
    }
}

fn missing(member: &'static str) -> CredentialError {
    CredentialError::Missing { member }
}

fn malformed(member: &'static str, expected: &'static str) -> CredentialError {
    CredentialError::Malformed { member, expected }
}
