//! What is kept between two runs for an Infrastructure: only what was told to whom, and what was tried in vain. Lost with the process,
//! and nothing is lost by that.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use super::reconciler::Key;
use crate::plan::{History, Progress};

/// The memory of a process.
#[derive(Default)]
pub(super) struct Memory(Mutex<BTreeMap<Key, Kept>>);

/// What is kept for one Infrastructure.
#[derive(Default)]
pub(super) struct Kept {
    /// How far its migration was when last looked at.
    pub(super) progress: Option<Progress>,
    /// What was tried in vain.
    pub(super) history: History,
    /// What is being looked for time and again, and since when.
    pub(super) waiting: Option<(String, Instant)>,
}

impl Memory {
    /// Reads or changes what is kept for `key`.
    pub(super) fn of<T>(&self, key: &Key, with: impl FnOnce(&mut Kept) -> T) -> T {
        with(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default())
    }

    /// Forgets it: the operation is over.
    pub(super) fn forget(&self, key: &Key) -> Kept {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key).unwrap_or_default()
    }
}
