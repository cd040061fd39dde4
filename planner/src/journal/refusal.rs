//! The record of a refusal for good: the step of the migration that the cloud will not have, and why.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::vocabulary::Purpose;

/// A step of the migration that was refused for good. Until somebody says so the migration does not begin again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refusal {
    /// The name of the step in the protocol, e.g. `M2b`.
    pub step: String,
    /// Google's text, for people.
    pub text: String,
    /// Gardener's codes for the error, e.g. `ERR_CONFIGURATION_PROBLEM`; empty if it has none.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Whether the Shoot said `try-again` when the step was refused. That word has had its attempt; only its owner can remove it.
    #[serde(default, rename = "usedUp", skip_serializing_if = "is_false")]
    pub used_up: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// The form is JSON.
impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Refusal {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        serde_json::from_str(text).map_err(|_| ())
    }
}

/// What Google did not take back when all else was as before again: Google's text for people, by the purpose of a subnet or the name of a
/// route. It is not tried again until dual-stack is in effect again; people may take it away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stays(pub BTreeMap<String, String>);

impl Stays {
    /// Forgets what it says about subnets.
    pub fn forget_subnets(&mut self) {
        self.0.retain(|thing, _| Purpose::ALL.iter().all(|purpose| purpose.as_str() != thing));
    }
}

/// The form is a JSON object.
impl fmt::Display for Stays {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Stays {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        serde_json::from_str(text).map_err(|_| ())
    }
}
