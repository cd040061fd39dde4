//! The takeover of shoots whose infrastructure was created by Terraform, in older versions of Gardener.
//!
//! Terraform's resources have the names that this controller uses, so only two markers are taken over; the resources are found by
//! reading the cloud. A Terraform state may hold keys, so no text of it is ever shown.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::{RESOURCES_EXIST, SERVICE_ACCOUNT_EXISTS, State, StateError};
use crate::documents::null;

/// The type of service accounts in Terraform.
const SERVICE_ACCOUNT: &str = "google_service_account";

/// Traces of Terraform in the seed: a ConfigMap with its configuration, one with its state, a Secret with variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Artefacts {
    /// Whether one of them bears Terraform's finalizer.
    pub protected: bool,
    /// Whether the ConfigMap of the state holds a state.
    pub state: bool,
    /// Whether one of them could not be read, so that anything may exist.
    pub unreadable: bool,
}

impl Artefacts {
    /// Whether Terraform certainly created nothing.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// A `status.state` written by Terraform, `{data, encoding}`, reduced to the types of the resources that Terraform manages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerraformState {
    managed: BTreeSet<String>,
}

/// The form of `status.state` as written by Gardener's Terraform integration.
#[derive(Deserialize)]
struct Raw {
    #[serde(deserialize_with = "null::is_absent")]
    data: String,
    #[serde(default, deserialize_with = "null::is_absent")]
    encoding: String,
}

/// Terraform's own state file in version 3 or 4; only the types of resources are read.
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
    /// `managed` or `data`; the latter Terraform only reads.
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
    /// Decodes a `status.state` written by Terraform.
    ///
    /// # Errors
    /// [`StateError::Foreign`] if another program wrote it, [`StateError::Terraform`] if it cannot be decoded.
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
            // The decoder's message is dropped, because it may quote the state.
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

/// The state to continue with if `document`, the present `status.state`, is not in this controller's form.
///
/// Resources exist if the seed bears traces of Terraform, or if Terraform's state lists any. The shoot has a service account of
/// its own if Terraform's state lists one; without such a state, if `service_accounts` says that shoots get one.
///
/// # Errors
/// [`StateError::Foreign`] for a state of another program, [`StateError::Terraform`] for a Terraform state that cannot be
/// decoded.
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
