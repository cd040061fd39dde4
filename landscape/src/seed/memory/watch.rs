//! Watches: the history from a version on, then what happens next, one JSON object per line.

use std::collections::VecDeque;
use std::convert::Infallible;

use bytes::Bytes;
use futures::Stream;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::selector::Selector;
use super::store::{Change, SharedStore, Tick};
use crate::json::set;

/// A watch: what it selects, and how far it has come.
#[derive(Debug)]
pub(super) struct Watch {
    /// Resource, `<plural>.<group>`.
    pub(super) resource: String,
    /// Namespace; empty for all.
    pub(super) namespace: String,
    pub(super) selector: Selector,
    /// Version after which changes have still to be sent.
    pub(super) from: u64,
    /// Lines that are sent before any change.
    pub(super) initial: VecDeque<String>,
    pub(super) tick: watch::Receiver<Tick>,
    pub(super) store: SharedStore,
}

/// The body of the answer to a watch. It ends when the server ends its watches; there is no timeout.
pub(super) fn stream(mut watch: Watch) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let epoch = watch.tick.borrow_and_update().epoch;
    futures::stream::unfold(watch, move |mut watch| async move {
        loop {
            if watch.tick.borrow_and_update().epoch != epoch {
                return None;
            }
            if let Some(event) = watch.next() {
                return Some((Ok(Bytes::from(event)), watch));
            }
            watch.tick.changed().await.ok()?;
        }
    })
}

impl Watch {
    fn next(&mut self) -> Option<String> {
        if let Some(event) = self.initial.pop_front() {
            return Some(event);
        }
        let store = self.store.lock();
        loop {
            let Some(change) = store.after(self.from, |(resource, namespace, _)| {
                *resource == self.resource && (self.namespace.is_empty() || *namespace == self.namespace)
            }) else {
                // What is of others is not looked through once more.
                self.from = self.from.max(store.version());
                return None;
            };
            self.from = change.version;
            if let Some(event) = self.event(&change) {
                return Some(event);
            }
        }
    }

    /// The line by which this watch tells a change: an object that ceases to match is deleted, an object that begins to match is added.
    fn event(&self, change: &Change) -> Option<String> {
        let before = change.before.as_ref().filter(|object| self.selector.matches(object));
        let after = change.after.as_ref().filter(|object| self.selector.matches(object));
        match (before, after) {
            (None, None) => None,
            (None, Some(object)) => Some(event("ADDED", object)),
            (Some(_), Some(object)) => Some(event("MODIFIED", object)),
            (Some(object), None) => {
                let mut last = change.after.clone().unwrap_or_else(|| object.clone());
                set(&mut last, "/metadata/resourceVersion", change.version.to_string());
                Some(event("DELETED", &last))
            }
        }
    }
}

/// The line of an event. The kind comes first, as from the real server: a reader knows then what it is reading.
pub(super) fn event(kind: &str, object: &Value) -> String {
    format!("{{\"type\":\"{kind}\",\"object\":{object}}}\n")
}

/// The line that says that all objects that were there at the beginning have been sent.
pub(super) fn end_of_initial(api_version: &str, kind: &str, version: u64) -> String {
    let metadata = json!({
        "resourceVersion": version.to_string(),
        "annotations": {"k8s.io/initial-events-end": "true"},
    });
    event("BOOKMARK", &json!({"apiVersion": api_version, "kind": kind, "metadata": metadata}))
}
