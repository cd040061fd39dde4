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
mod forget;
mod lag;
mod ledger;
pub mod lookup;
mod programmed;
mod settings;
mod subject;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::subject::Subject;
use self::timeline::Timeline;
use crate::cidr::Nets;
use crate::time::Instant;

pub use self::basis::{BASES, Basis};
pub use self::change::{Cause, Change, NetworkRef, NextHop, PolicyFact, RouteFact, SubnetRef, VmRef, What};
pub use self::ledger::{Gap, Ledger, StateCounts};
pub use self::lookup::{Path, Reason};
pub use self::settings::{Edge, Lag, Lags, LookupRule, Settings, StoppedVm};
pub use self::timeline::Watch;

/// The model of a data plane. The module says what it may know.
///
/// Changes may be recorded in any order, before or after they are DONE, and before or after the watches that
/// they concern: the ledger is the same. All history is kept, unless [`Self::forget`] is called.
#[derive(Debug, Clone)]
pub struct DataPlane {
    settings: Settings,
    seed: u64,
    history: BTreeMap<Subject, History>,
    /// Subjects of which additions speak of a range.
    subjects: Nets<BTreeSet<Subject>>,
    timelines: Vec<Timeline>,
    /// Places of the timelines by the range that they watch.
    watched: Nets<BTreeSet<usize>>,
    /// Number of changes that were kept when some were forgotten, and of those that came since.
    kept: usize,
    recorded: usize,
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
        Self {
            settings,
            seed,
            history: BTreeMap::new(),
            subjects: Nets::default(),
            timelines: Vec::new(),
            watched: Nets::default(),
            kept: 0,
            recorded: 0,
        }
    }

    /// Records what an operation did. Operations that ended with an error are not recorded.
    pub fn record(&mut self, change: Change) {
        self.recorded += 1;
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
            self.subjects.entry(&addresses).insert(subject.clone());
            let concerned: Vec<usize> =
                self.watched.overlapping(&addresses).flat_map(|(_, places)| places).copied().collect();
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
        let places = self.watched.get(&watch.range).into_iter().flatten();
        let mut others = places.filter_map(|index| self.timelines.get(*index));
        if others.any(|other| other.watch == watch && other.end.is_none_or(|end| at < end)) {
            return;
        }
        let (index, subjects) = (self.timelines.len(), self.subjects(&watch));
        self.watched.entry(&watch.range).insert(index);
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
        for subject in self.subjects.overlapping(&watch.range).flat_map(|(_, subjects)| subjects) {
            let changes = self.history.get(subject).into_iter().flat_map(|history| &history.changes);
            subjects.extend(changes.filter_map(|change| change.what.depends_on()));
            subjects.insert(subject.clone());
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
