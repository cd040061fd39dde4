//! The JSON of credentials: members are read without being shown.

use serde_json::{Map, Value};

use super::error::CredentialError;
use crate::gcp::path;

/// Checks that `project`, the value of `member`, can be the id of a project: it becomes part of every URL.
///
/// # Errors
/// [`CredentialError::Missing`] or [`CredentialError::Malformed`].
pub fn check_project(member: &'static str, project: &str) -> Result<(), CredentialError> {
    if project.is_empty() {
        return Err(CredentialError::Missing { member });
    }
    match path::check_project(project) {
        Ok(_) => Ok(()),
        Err(_) => Err(CredentialError::Malformed { member, expected: "the id of a project" }),
    }
}

/// The members of a JSON object, all of them strings as far as anybody asks.
pub(super) struct Document(pub(super) Map<String, Value>);

impl Document {
    /// The text of a member that must be there and not be empty.
    pub(super) fn member(&self, name: &'static str) -> Result<String, CredentialError> {
        self.optional(name)?.ok_or(CredentialError::Missing { member: name })
    }

    /// The text of a member that may be absent; empty is absent.
    pub(super) fn optional(&self, name: &'static str) -> Result<Option<String>, CredentialError> {
        match self.0.get(name) {
            Some(Value::String(text)) => Ok((!text.is_empty()).then(|| text.clone())),
            None | Some(Value::Null) => Ok(None),
            Some(_) => Err(CredentialError::Malformed { member: name, expected: "a string" }),
        }
    }
}
