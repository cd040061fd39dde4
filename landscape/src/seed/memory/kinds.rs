//! All kinds that the server serves.

use std::sync::OnceLock;

use serde_json::Value;

use super::kind::Kind;
use super::target::Target;
use super::{built_in, custom};
use crate::crds::DEFINITIONS;
use crate::json::text;
use crate::seed::SeedError;

/// All served kinds.
#[derive(Debug)]
pub(super) struct Kinds(Vec<Kind>);

impl Kinds {
    /// The built-in kinds and the kinds of this project's definitions.
    ///
    /// The definitions are part of the program, so they are read once and shared by all seeds of the process.
    pub(super) fn load() -> Result<&'static Self, SeedError> {
        static LOADED: OnceLock<Kinds> = OnceLock::new();
        if let Some(loaded) = LOADED.get() {
            return Ok(loaded);
        }
        let mut kinds = built_in::kinds();
        for text in DEFINITIONS {
            kinds.extend(custom::kinds(text)?);
        }
        Ok(LOADED.get_or_init(|| Self(kinds)))
    }

    pub(super) fn of_target(&self, target: &Target) -> Option<&Kind> {
        self.0.iter().find(|kind| {
            (&kind.group, &kind.version, &kind.plural) == (&target.group, &target.version, &target.plural)
        })
    }

    pub(super) fn of_object(&self, object: &Value) -> Option<&Kind> {
        self.0.iter().find(|kind| {
            text(object, "/kind") == kind.kind && text(object, "/apiVersion") == kind.api_version()
        })
    }
}
