//! Objects, their versions, and the history that watches are fed from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use super::kind::Kind;
use crate::json::{set, text};

/// Key of an object: `<plural>.<group>`, namespace, name.
pub(super) type Key = (String, String, String);

/// A change of an object.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) key: Key,
    pub(super) version: u64,
    pub(super) before: Option<Value>,
    /// Object after the change; `None` if it was deleted.
    pub(super) after: Option<Value>,
}

/// The signal that a watch waits for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tick {
    pub(super) version: u64,
    /// Number of the epoch; watches that began in an earlier one are over.
    pub(super) epoch: u64,
}

/// A handle to one store; clones lead to the same.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedStore(Arc<Mutex<Store>>);

impl SharedStore {
    /// The store, for one request. A panic elsewhere leaves it as it was before that request: nothing is changed halfway.
    pub(super) fn lock(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The database. It decides nothing.
#[derive(Debug, Default)]
pub(super) struct Store {
    objects: BTreeMap<Key, Value>,
    history: Vec<Arc<Change>>,
    tick: watch::Sender<Tick>,
    uids: u64,
}

impl Store {
    pub(super) fn key(kind: &Kind, namespace: &str, name: &str) -> Key {
        (kind.resource(), namespace.to_owned(), name.to_owned())
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        self.objects.get(key)
    }

    /// All objects of a kind, by namespace and name; an empty namespace means all of them.
    pub(super) fn list<'a>(
        &'a self,
        kind: &Kind,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a Key, &'a Value)> {
        let resource = kind.resource();
        self.objects
            .iter()
            .filter(move |(key, _)| key.0 == resource && (namespace.is_empty() || key.1 == namespace))
    }

    /// Writes an object under a new version and returns it as stored.
    pub(super) fn write(&mut self, key: Key, mut object: Value) -> Value {
        let version = self.version() + 1;
        set(&mut object, "/metadata/resourceVersion", version.to_string());
        let before = self.objects.insert(key.clone(), object.clone());
        self.record(Change { key, version, before, after: Some(object.clone()) });
        object
    }

    /// Removes an object; `last` is its final state.
    pub(super) fn remove(&mut self, key: Key, mut last: Value) -> Value {
        let version = self.version() + 1;
        set(&mut last, "/metadata/resourceVersion", version.to_string());
        self.objects.remove(&key);
        self.record(Change { key, version, before: Some(last.clone()), after: None });
        last
    }

    /// Version of the last change.
    pub(super) fn version(&self) -> u64 {
        self.tick.borrow().version
    }

    /// The first change after `version` that `wanted` accepts.
    pub(super) fn after(&self, version: u64, wanted: impl Fn(&Key) -> bool) -> Option<Arc<Change>> {
        // Versions are 1, 2, 3 …: a change's version is its place in the history plus one.
        let skip = usize::try_from(version).unwrap_or(usize::MAX);
        self.history.iter().skip(skip).find(|change| wanted(&change.key)).cloned()
    }

    /// Every version of every object of a resource, but for those deleted.
    pub(super) fn versions(&self, resource: &str) -> Vec<Value> {
        let changes = self.history.iter().filter(|change| change.key.0 == resource);
        changes.filter_map(|change| change.after.clone()).collect()
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Tick> {
        self.tick.subscribe()
    }

    pub(super) fn end_watches(&self) {
        self.tick.send_modify(|tick| tick.epoch += 1);
    }

    /// A new UID, the same in every run.
    pub(super) fn new_uid(&mut self) -> String {
        self.uids += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.uids)
    }

    fn record(&mut self, change: Change) {
        let version = change.version;
        self.history.push(Arc::new(change));
        self.tick.send_modify(|tick| tick.version = version);
    }
}

/// Version as an object bears it; empty if it bears none.
pub(super) fn version_of(object: &Value) -> &str {
    text(object, "/metadata/resourceVersion")
}
