//! The cache between two runs for an Infrastructure: what was told, and what was tried in vain. A process that starts without it loses
//! nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use planner::plan::{History, Progress};
use tokio::time::Instant;

use crate::extension::contract::Key;

/// The cache of a process.
#[derive(Default)]
pub(super) struct RunCache(Mutex<BTreeMap<Key, Cached>>);

/// The entry of one Infrastructure.
#[derive(Default)]
pub(super) struct Cached {
    /// The progress of the migration when last looked at.
    pub(super) progress: Option<Progress>,
    /// The steps that were tried in vain.
    pub(super) history: History,
    /// The turns of the last run, if it goes on and has only let other objects have their turns.
    pub(super) turns: Option<Turns>,
}

/// The turns of one run, between which other objects had theirs.
#[derive(Clone, Copy)]
pub(super) struct Turns {
    /// The instant at which the first turn began.
    pub(super) began: Instant,
    /// The instant at which the last turn ended.
    pub(super) ended: Instant,
}

impl RunCache {
    /// Reads or changes the entry of `key`.
    pub(super) fn of<T>(&self, key: &Key, with: impl FnOnce(&mut Cached) -> T) -> T {
        with(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default())
    }

    /// Removes the entry of `key`, whose operation is over.
    pub(super) fn forget(&self, key: &Key) -> Cached {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key).unwrap_or_default()
    }
}
