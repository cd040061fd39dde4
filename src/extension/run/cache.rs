//! The cache between two runs for an Infrastructure: what was told, and what was tried in vain. A process that starts without it loses
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use planner::plan::{Finding, History, Progress, WORD_UNKNOWN, WORD_WITHOUT_EFFECT};
use tokio::time::Instant;

use super::observation::Refresh;
use crate::extension::contract::Key;

/// The cache of a process.
#[derive(Default)]
pub(super) struct RunCache {
    entries: Mutex<BTreeMap<Key, Cached>>,
    /// The findings about words that were told, also over operations: a word stands there for long.
    words: Mutex<BTreeMap<Key, BTreeSet<Finding>>>,
}

/// The entry of one Infrastructure.
#[derive(Default)]
pub(super) struct Cached {
    /// The progress of the migration when last looked at.
    pub(super) progress: Option<Progress>,
    /// The steps that were tried in vain.
    pub(super) history: History,
    /// The turns of the last run, if it goes on and has only let other objects have their turns.
    pub(super) turns: Option<Turns>,
    /// The last observation of these turns, if its next one reads nothing of the cloud.
    pub(super) kept: Option<Box<Refresh>>,
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
        with(self.entries.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default())
    }

    /// The findings without those about words that the last pass for `key` told already.
    pub(super) fn untold<'a>(&self, key: &Key, findings: &'a [Finding]) -> Vec<&'a Finding> {
        let of_words = |finding: &Finding| [WORD_UNKNOWN, WORD_WITHOUT_EFFECT].contains(&finding.rule);
        let now: BTreeSet<Finding> = findings.iter().filter(|finding| of_words(finding)).cloned().collect();
        let mut all = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let told = all.remove(key).unwrap_or_default();
        let untold = findings.iter().filter(|finding| !told.contains(finding)).collect();
        if !now.is_empty() {
            all.insert(key.clone(), now);
        }
        untold
    }

    /// Removes all that is kept of `key`, whose object is no more.
    pub(super) fn drop_all(&self, key: &Key) {
        self.forget(key);
        self.words.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// Removes the entry of `key`, whose operation is over.
    pub(super) fn forget(&self, key: &Key) -> Cached {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).remove(key).unwrap_or_default()
    }
}
