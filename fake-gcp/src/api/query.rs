//! Query parameters of a Compute request.

use std::collections::BTreeMap;

use crate::api::error::ApiError;

/// Decoded query parameters. `%24alt` and `$alt` are the same parameter once decoded.
#[derive(Debug, Clone, Default)]
pub struct Query(BTreeMap<String, String>);

/// Parameters that every method takes and that do not change an answer of the fake.
const STANDARD: [&str; 14] = [
    "access_token",
    "alt",
    "$alt",
    "prettyPrint",
    "$prettyPrint",
    "$apiVersion",
    "$.xgafv",
    "$httpMethod",
    "quotaUser",
    "userIp",
    "key",
    "fields",
    "callback",
    "uploadType",
];

impl Query {
    /// Parses the part of the URL after `?`; the last of repeated parameters wins.
    pub fn parse(query: Option<&str>) -> Self {
        Self(url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// A parameter's value; empty means absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Lowers a number to `most`; sets it if it is not given. What is no number stays.
    pub(crate) fn cap(&mut self, name: &str, most: usize) {
        let given = self.get(name).map(str::parse::<usize>);
        match given {
            Some(Err(_)) => {}
            Some(Ok(given)) if (1..=most).contains(&given) => {}
            _ => {
                self.0.insert(name.to_owned(), most.to_string());
            }
        }
    }

    /// Refuses parameters that are neither standard nor in `allowed`: what the fake does not know it must
    /// not ignore.
    pub fn only(&self, allowed: &[&str]) -> Result<(), ApiError> {
        match self.0.keys().find(|key| !STANDARD.contains(&key.as_str()) && !allowed.contains(&key.as_str()))
        {
            Some(key) => Err(ApiError::not_modelled(&format!("query parameter '{key}'"))),
            None => Ok(()),
        }
    }
}
