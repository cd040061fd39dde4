//! What is kept between two runs for an Infrastructure: only what was told to whom, and what was tried in vain. Lost with the process,
//! and nothing is lost by that.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::extension::contract::Key;
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
    /// The last run ended only to let others have their turn.
    pub(super) turn: Option<Turn>,
}

/// Runs that are one, but for others' turns in between.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    /// When the first of them began.
    pub(super) since: Instant,
    /// When the last of them ended.
    pub(super) ended: Instant,
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
