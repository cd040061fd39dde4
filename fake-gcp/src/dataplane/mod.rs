//! The data plane: it computes what of a network is programmed when, and when a watched range did not reach its VM.
//!
//! The API tells it what its operations did ([`Change`]) and what to watch ([`Watch`]); it answers with a
//! [`Ledger`]. A pure value: no clock, no I/O, no randomness but that of its random seed; a clone goes on independently.
//! It knows nothing of HTTP, of Kubernetes, or of who calls the API.
//!
//! Each change takes effect at an instant of its own for each watched VM ([`Settings::programmed_at`]), so
//! the order of two changes is guaranteed neither on one host nor between hosts. Where a watch stands at an
//! instant is decided by [`lookup::reach`] over what is in effect then.

mod basis;
mod change;
mod lag;
mod ledger;
pub mod lookup;
mod programmed;
mod settings;
mod subject;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::subject::{Subject, overlap};
use self::timeline::Timeline;
use crate::time::Instant;

pub use self::basis::{BASES, Basis};
pub use self::change::{Cause, Change, NetworkRef, NextHop, RouteFact, SubnetRef, VmRef, What};
pub use self::ledger::{Gap, Ledger, StateCounts};
pub use self::lookup::{Path, Reason};
pub use self::settings::{Edge, Lag, Lags, LookupRule, Settings, StoppedVm};
pub use self::timeline::Watch;

/// The model of a data plane. The module says what it may know.
///
/// Changes may be recorded in any order, before or after they are DONE, and before or after the watches that
/// they concern: the ledger is the same. All history is kept.
#[derive(Debug, Clone)]
pub struct DataPlane {
    settings: Settings,
    seed: u64,
    history: BTreeMap<Subject, History>,
    timelines: Vec<Timeline>,
}

/// The changes of one subject, and which timelines follow it (by their place).
#[derive(Debug, Clone, Default)]
struct History {
    changes: Vec<Arc<Change>>,
    followers: BTreeSet<usize>,
}

impl DataPlane {
    /// A data plane in which nothing is programmed. The random seed `seed` decides all lags.
    pub fn new(settings: Settings, seed: u64) -> Self {
        Self { settings, seed, history: BTreeMap::new(), timelines: Vec::new() }
    }

    /// Records what an operation did. Operations that ended with an error are not recorded.
    pub fn record(&mut self, change: Change) {
        let change = Arc::new(change);
        let subject = change.what.subject();
        let history = self.history.entry(subject.clone()).or_default();
        history.changes.push(Arc::clone(&change));
        let mut touched = history.followers.clone();
        for index in &touched {
            if let Some(timeline) = self.timelines.get_mut(*index) {
                timeline.insert(
                    self.settings.programmed_at(self.seed, &change, &timeline.watch.vm),
                    change.clone(),
                );
            }
        }
        if let Some(addresses) = change.what.addresses() {
            let concerned = |(index, timeline): (usize, &Timeline)| {
                overlap(timeline.watch.range, addresses).then_some(index)
            };
            let concerned: Vec<usize> = self.timelines.iter().enumerate().filter_map(concerned).collect();
            for subject in change.what.depends_on().into_iter().chain([subject]) {
                for index in &concerned {
                    self.follow(*index, subject.clone());
                }
            }
            touched.extend(concerned);
        }
        for index in touched {
            self.rebuild(index);
        }
    }

    /// Begins to watch: from `at` on, `watch.range` is to be reachable at `watch.vm`. It counts from the first instant at
    /// which it is, until the VM is deleted. Without effect while the same is being watched for a VM that lives; for a VM
    /// made anew under the same name it must be called again, after its predecessor's removal was recorded.
    pub fn watch(&mut self, at: Instant, watch: Watch) {
        let watched = |other: &Timeline| other.watch == watch && other.end.is_none_or(|end| at < end);
        if self.timelines.iter().any(watched) {
            return;
        }
        let (index, subjects) = (self.timelines.len(), self.subjects(&watch));
        self.timelines.push(Timeline::new(watch, at));
        for subject in subjects {
            self.follow(index, subject);
        }
        self.rebuild(index);
    }

    /// Whether `watch.range` reaches its VM at `now`, and by what, else why not; it need not be watched.
    ///
    /// # Errors
    /// The [`Reason`] for which at least one address of the range does not reach the VM.
    pub fn reach(&self, now: Instant, watch: &Watch) -> Result<Path, Reason> {
        let mut timeline = Timeline::new(watch.clone(), now);
        for subject in self.subjects(watch) {
            for change in self.history.get(&subject).into_iter().flat_map(|history| &history.changes) {
                let instant = self.settings.programmed_at(self.seed, change, &watch.vm);
                timeline.insert(instant, Arc::clone(change));
            }
        }
        timeline.rebuild(&self.settings);
        timeline.read(now).state.unwrap_or(Err(Reason::VmAbsent))
    }

    /// What a watch must follow of all that was recorded.
    fn subjects(&self, watch: &Watch) -> BTreeSet<Subject> {
        let mut subjects = BTreeSet::from([Subject::Vm(watch.vm.clone())]);
        for (subject, history) in &self.history {
            let concerns =
                |change: &&Arc<Change>| change.what.addresses().is_some_and(|net| overlap(net, watch.range));
            for change in history.changes.iter().filter(concerns) {
                subjects.insert(subject.clone());
                subjects.extend(change.what.depends_on());
            }
        }
        subjects
    }

    /// The ledger of all gaps up to `now`. A removal may take effect before it is DONE, hence before it is recorded: what
    /// the ledger says of the time since the oldest running operation began is not final.
    pub fn ledger(&self, now: Instant) -> Ledger {
        ledger::ledger(self.timelines.iter(), now)
    }

    fn follow(&mut self, index: usize, subject: Subject) {
        let history = self.history.entry(subject).or_default();
        let Some(timeline) = self.timelines.get_mut(index) else { return };
        if history.followers.insert(index) {
            for change in &history.changes {
                let instant = self.settings.programmed_at(self.seed, change, &timeline.watch.vm);
                timeline.insert(instant, Arc::clone(change));
            }
        }
    }

    fn rebuild(&mut self, index: usize) {
        if let Some(timeline) = self.timelines.get_mut(index) {
            timeline.rebuild(&self.settings);
        }
    }
}
