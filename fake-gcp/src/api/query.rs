//! Query parameters of a Compute request.

use std::collections::BTreeMap;

use crate::api::discovery;
use crate::api::error::ApiError;

/// Decoded query parameters. `%24alt` and `$alt` are the same parameter once decoded.
#[derive(Debug, Clone, Default)]
pub struct Query(BTreeMap<String, String>);

/// Parameters of Google's front end, which every method takes beside those of its API.
pub const SYSTEM: [&str; 4] = ["$alt", "$prettyPrint", "$apiVersion", "$httpMethod"];

impl Query {
    /// Parses the part of the URL after `?`; the last of repeated parameters wins.
    pub fn parse(query: Option<&str>) -> Self {
        Self(url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// The query with other names, where `other` gives one. What is given under both counts by the other name.
    pub fn renamed(self, other: impl Fn(&str) -> Option<String>) -> Self {
        let (odd, mut plain): (BTreeMap<_, _>, BTreeMap<_, _>) =
            self.0.into_iter().partition(|(name, _)| other(name).is_some());
        for (name, value) in odd {
            plain.entry(other(&name).unwrap_or(name)).or_insert(value);
        }
        Self(plain)
    }

    /// The names of the parameters.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
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

    /// Refuses parameters that neither every method has nor `allowed` names: what the fake does not know it must not ignore.
    pub fn only(&self, allowed: &[&str]) -> Result<(), ApiError> {
        let standard = |name: &str| SYSTEM.contains(&name) || discovery::compute().has_parameter(name);
        match self.names().find(|name| !allowed.contains(name) && !standard(name)) {
            Some(key) => Err(ApiError::not_modelled(&format!("query parameter '{key}'"))),
            None => Ok(()),
        }
    }
}
