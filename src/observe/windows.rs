//! The windows of looks at canaries, for as long as the process lives: one that has none measures anew.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use planner::snapshot::Window;

/// The looks at the canaries of all shoots, by the names of their Clusters.
#[derive(Default)]
pub struct Windows(Mutex<BTreeMap<String, Window>>);

impl Windows {
    /// Keeps no look for the shoot whose Cluster is called `cluster`.
    pub fn forget(&self, cluster: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(cluster);
    }

    /// The looks at the shoot whose Cluster is called `cluster`.
    pub(super) fn of(&self, cluster: &str) -> Window {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(cluster).cloned().unwrap_or_default()
    }

    /// Keeps `window` for that shoot.
    pub(super) fn keep(&self, cluster: &str, window: &Window) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(cluster.to_owned(), window.clone());
    }
}
