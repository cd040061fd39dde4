//! The Terraform era: shoots whose infrastructure was made by Terraform, and what is taken over from it.
//!
//! What Terraform made bears the names that we give, so nothing but two markers is taken over; the rest is found by looking.
//! A state of Terraform's may hold keys: nothing here shows any of it.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::{RESOURCES_EXIST, SERVICE_ACCOUNT_EXISTS, State, StateError};
use crate::documents::null;

/// What Terraform calls a service account.
const SERVICE_ACCOUNT: &str = "google_service_account";

/// What is left of Terraform in the seed: a ConfigMap with its configuration, one with its state, a Secret with variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Artefacts {
    /// One of them bears Terraform's finalizer.
    pub protected: bool,
    /// The ConfigMap of the state has one.
    pub state: bool,
    /// One of them could not be read, so there may be anything.
    pub unreadable: bool,
}

impl Artefacts {
    /// Whether Terraform surely made nothing.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// A `status.state` of the Terraform era, `{data, encoding}`: which resources Terraform manages, by their type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerraformState {
    managed: BTreeSet<String>,
}

/// The form of `status.state`.
#[derive(Deserialize)]
struct Raw {
    #[serde(deserialize_with = "null::is_absent")]
    data: String,
    #[serde(default, deserialize_with = "null::is_absent")]
    encoding: String,
}

/// Terraform's own document, in the forms of versions 3 and 4. Only types are of interest.
#[derive(Deserialize)]
struct Document {
    version: u64,
    #[serde(default, deserialize_with = "null::is_absent")]
    resources: Vec<Resource>,
    #[serde(default, deserialize_with = "null::is_absent")]
    modules: Vec<Module>,
}

#[derive(Deserialize)]
struct Resource {
    /// `managed` or `data`; the latter was only looked at.
    mode: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Module {
    #[serde(default, deserialize_with = "null::is_absent")]
    resources: BTreeMap<String, ModuleResource>,
}

#[derive(Deserialize)]
struct ModuleResource {
    #[serde(rename = "type")]
    kind: String,
}

impl TerraformState {
    /// Reads `status.state`.
    ///
    /// # Errors
    /// [`StateError::Foreign`] if it is nothing of Terraform's, [`StateError::Terraform`] if it cannot be read.
    pub fn read(document: &Value) -> Result<Self, StateError> {
        if let Some(version) = document.get("apiVersion") {
            return Err(StateError::Foreign { found: version.as_str().unwrap_or_default().to_owned() });
        }
        let Ok(Raw { data, encoding }) = Raw::deserialize(document) else {
            return Err(StateError::Foreign { found: String::new() });
        };
        let json = match encoding.as_str() {
            "none" | "" => data.into_bytes(),
            "base64" => {
                BASE64_STANDARD.decode(data.trim()).map_err(|_| unreadable("its data is not base64"))?
            }
            _ => return Err(unreadable("its encoding is neither none nor base64")),
        };
        if json.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let document: Document = serde_json::from_slice(&json).map_err(|error| {
            // Not the message: it may quote what it does not understand.
            unreadable(&format!("its data goes wrong at line {}, column {}", error.line(), error.column()))
        })?;
        let managed = match document.version {
            4 => document.resources.into_iter().filter(|r| r.mode == "managed").map(|r| r.kind).collect(),
            3 => {
                let resources = document.modules.into_iter().flat_map(|module| module.resources);
                resources.filter(|(name, _)| !name.starts_with("data.")).map(|(_, r)| r.kind).collect()
            }
            version => return Err(unreadable(&format!("it has version {version}, known are 3 and 4"))),
        };
        Ok(Self { managed })
    }

    /// Whether Terraform manages a resource of the type `kind`, such as `google_compute_network`.
    pub fn manages(&self, kind: &str) -> bool {
        self.managed.contains(kind)
    }
}

/// The state with which to go on where `document`, the `status.state`, is not in our form.
///
/// What Terraform made exists if the seed still bears traces of it, or if its state says so. A service account of its own
/// the shoot has if Terraform's state says so; where there is no such state, if `service_accounts` are made at all.
///
/// # Errors
/// [`StateError::Foreign`] for what neither Terraform nor we wrote, [`StateError::Terraform`] for what cannot be read.
pub fn take_over(
    document: Option<&Value>,
    artefacts: Artefacts,
    service_accounts: bool,
) -> Result<State, StateError> {
    let is_nothing =
        |value: &Value| value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
    let terraform = document.filter(|value| !is_nothing(value)).map(TerraformState::read).transpose()?;
    let mut state = State { unwritten: terraform.is_some(), ..State::default() };
    let made = terraform.as_ref().is_some_and(|terraform| !terraform.managed.is_empty());
    if artefacts.is_empty() && !made {
        return Ok(state);
    }
    let service_account = terraform.map_or(service_accounts, |terraform| terraform.manages(SERVICE_ACCOUNT));
    state.unwritten = true;
    state.data.insert(RESOURCES_EXIST.to_owned(), "true".to_owned());
    if service_account {
        state.data.insert(SERVICE_ACCOUNT_EXISTS.to_owned(), "true".to_owned());
    }
    Ok(state)
}

fn unreadable(problem: &str) -> StateError {
    StateError::Terraform { problem: problem.to_owned() }
}
