//! What no watch will ask for: changes that are in effect everywhere and were overtaken by others that are. Without
//! forgetting them a data plane would grow with every change, although nobody watches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change::{Change, Generation, VmRef, What};
use super::subject::Subject;
use super::{DataPlane, History};
use crate::time::Instant;

/// Number of new changes below which nothing is looked for.
const FEW: usize = 10_000;

impl DataPlane {
    /// Forgets as [`Self::forget`] does, once so many changes came that looking at all of them is worth it.
    pub fn forget_now_and_then(&mut self, now: Instant) {
        if self.recorded >= self.kept.max(FEW) {
            self.forget(now);
        }
    }

    /// Forgets the changes that have no meaning from `now` on. No watch may begin before `now` afterwards, and no change be
    /// recorded that was DONE before it. What is watched keeps all its history.
    pub fn forget(&mut self, now: Instant) {
        let (settings, gone) = (&self.settings, self.removed_vms());
        for (subject, history) in self.history.iter_mut().filter(|(_, history)| history.followers.is_empty())
        {
            let died = match subject {
                Subject::Alias(vm, _) => gone.get(vm).copied(),
                _ => None,
            };
            history.forget(|change| settings.programmed_by(change) < now, died);
        }
        // An alias ends with its VM, so the end of a VM is known for as long as one of its aliases is.
        let with_alias: BTreeSet<VmRef> = self
            .history
            .iter()
            .filter_map(|(subject, history)| match subject {
                Subject::Alias(vm, _) if !history.is_nothing() => Some(vm.clone()),
                _ => None,
            })
            .collect();
        self.history.retain(|subject, history| {
            let held = matches!(subject, Subject::Vm(vm) if with_alias.contains(vm));
            held || !history.followers.is_empty() || !history.is_nothing()
        });
        let history = &self.history;
        self.subjects.retain(|subjects| {
            subjects.retain(|subject| history.contains_key(subject));
            !subjects.is_empty()
        });
        self.kept = history.values().map(|history| history.changes.len()).sum();
        self.recorded = 0;
    }

    /// The VMs that were removed, each with the place of the last removal in the history of the API.
    fn removed_vms(&self) -> BTreeMap<VmRef, Generation> {
        let changes = self.history.values().flat_map(|history| &history.changes);
        let removals = changes.filter_map(|change| match &change.what {
            What::VmRemoved { vm } => Some((vm.clone(), change.generation())),
            _ => None,
        });
        let mut gone = BTreeMap::new();
        for (vm, generation) in removals {
            let last = gone.entry(vm).or_insert(generation);
            *last = generation.max(*last);
        }
        gone
    }
}

impl History {
    /// Keeps of the settled changes the last addition, unless it was removed since, and the last removal. `died` is a removal
    /// of something that the subject ends with.
    fn forget(&mut self, is_settled: impl Fn(&Change) -> bool, died: Option<Generation>) {
        let settled = self.changes.iter().filter(|change| is_settled(change));
        let (removals, additions): (Vec<_>, Vec<_>) = settled.partition(|change| change.what.takes_away());
        let last = |changes: Vec<&Arc<Change>>| changes.iter().map(|change| change.generation()).max();
        let (removed, added) = (last(removals), last(additions));
        let removed_or_died = removed.max(died);
        self.changes.retain(|change| {
            let generation = Some(change.generation());
            match (is_settled(change), change.what.takes_away()) {
                (false, _) => true,
                (true, true) => generation == removed,
                (true, false) => generation == added && generation >= removed_or_died,
            }
        });
    }

    /// Whether nothing was ever added, as far as is known.
    fn is_nothing(&self) -> bool {
        self.changes.iter().all(|change| change.what.takes_away())
    }
}
