//! A resource that is kept as it was sent, and how it is printed.

use serde_json::{Map, Value};

use super::Kept;
use crate::api::json::Object;
use crate::api::reference::self_link;
use crate::model::ids::fingerprint;
use crate::model::placed::Key;
use crate::model::scope::{Scope, Scoped};
use crate::model::tables::Resource;
use crate::state::State;
use crate::time::Instant;

/// A resource of a kind that is kept as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Document<K> {
    /// Id of 19 digits, drawn from the random numbers of the world.
    pub id: u64,
    /// Scope in which it lives.
    pub scope: Scope,
    /// Name, unique in scope and kind.
    pub name: String,
    /// Fields as they are printed.
    pub fields: Map<String, Value>,
    /// Number of changes, from which the fingerprint follows.
    pub revision: u64,
    /// What it has beside its fields.
    pub own: K,
    /// Instant that is printed as `creationTimestamp`.
    pub created: Instant,
}

impl<K: Kept> Resource for Document<K> {
    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn keys(&self) -> Vec<Key> {
        K::uses(&self.fields).into_iter().map(Key::Uses).collect()
    }

    fn path_in(&self, project: &str) -> Option<String> {
        Some(self.path(project))
    }
}

impl<K: Kept> Document<K> {
    /// Path of the resource, such as `projects/P/global/healthChecks/H`.
    pub(crate) fn path(&self, project: &str) -> String {
        path::<K>(project, &self.scope, &self.name)
    }

    /// The key of the resource in its table.
    pub(crate) fn place(&self) -> Scoped {
        (place(&self.scope).to_owned(), self.name.clone())
    }

    /// The resource as Google prints it.
    pub(crate) fn to_json(&self, state: &State, project: &str) -> Value {
        let object = Object::from_map(self.fields.clone())
            .with("kind", format!("compute#{}", K::NAME))
            .with("id", self.id.to_string())
            .with("creationTimestamp", self.created.to_string())
            .with("name", self.name.clone())
            .with_some("fingerprint", K::FINGERPRINTED.then(|| fingerprint(self.id, self.revision)))
            .with("selfLink", self_link(&self.path(project)));
        let object = match self.scope.field(project) {
            Some((key, link)) => object.with(key, link),
            None => object,
        };
        K::print(state, project, self, object).build()
    }
}

/// The path of a resource of the kind.
pub(super) fn path<K: Kept>(project: &str, scope: &Scope, name: &str) -> String {
    format!("projects/{project}/{}/{}/{name}", scope.path(), K::COLLECTION)
}

/// The name of the region or zone of a scope; empty for the global one.
pub(super) fn place(scope: &Scope) -> &str {
    match scope {
        Scope::Global => "",
        Scope::Region(name) | Scope::Zone(name) => name,
    }
}
