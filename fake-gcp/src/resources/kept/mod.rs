//! Kinds that are kept as they were sent, with what Google adds: nothing of the network follows from their fields.
//!
//! Such a kind says in [`Kept`] how it is called, which fields it has, what they are when they are not sent, and what it uses, which keeps
//! that from being deleted; its methods are those of `read` and `change`.

pub(crate) mod change;
pub(crate) mod document;
pub(crate) mod read;

use std::fmt::Debug;

use serde_json::{Map, Value};

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::model::scope::Scope;
use crate::state::State;
use document::Document;

/// A kind that is kept as it was sent. The type itself is what a resource of the kind has beside its fields.
pub(crate) trait Kept: Clone + Debug + Default + Send + Sync + 'static {
    /// The name of the collection in paths, such as `httpHealthChecks`.
    const COLLECTION: &'static str;
    /// The name of the kind after `compute#`, such as `httpHealthCheck`; that of the parameter in paths, too.
    const NAME: &'static str;
    /// What errors call it, such as `http_health_check`.
    const NOUN: &'static str;
    /// Fields that can be sent, beside the name and the description.
    const FIELDS: &'static [&'static str];
    /// Fields that never change.
    const FIXED: &'static [&'static str];
    /// Whether a fingerprint guards the changes.
    const FINGERPRINTED: bool;

    /// The fields with their defaults.
    ///
    /// # Errors
    /// If a field is not as it must be, or names what is not there.
    fn complete(place: &Place<'_>, body: &Body) -> Result<Map<String, Value>, ApiError>;

    /// The paths of what it uses itself.
    fn uses(_: &Map<String, Value>) -> Vec<String> {
        Vec::new()
    }

    /// Refuses what it uses and is not there: it may have gone while the operation ran.
    ///
    /// # Errors
    /// 404 with the path of what is not there.
    fn check_uses(_: &State, _: &Map<String, Value>) -> Result<(), ApiError> {
        Ok(())
    }

    /// Adds what is not kept but computed.
    fn print(_: &State, _: &str, _: &Document<Self>, object: Object) -> Object {
        object
    }
}

/// Where a resource is, or is to be.
pub(crate) struct Place<'a> {
    pub state: &'a State,
    pub project: &'a str,
    pub scope: Scope,
}
