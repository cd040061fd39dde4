//! The milestones of a migration as runs reach them. Each is told once, also over runs and processes.

use planner::plan::Progress;
use planner::vocabulary::Milestone;
use tokio::sync::watch;

use super::cache::RunCache;
use crate::extension::contract::Key;
use crate::extension::tell::Recorder;

/// The end of a way, as a pass sees it that finds no milestone under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// Nothing is known of it.
    No,
    /// All is as it shall be: whatever way it was, it is over.
    Yes,
    /// A migration is needed and does not begin: it was the way back, if any, that is over.
    Back,
}

/// The milestones of the migration of one Infrastructure.
pub(super) struct Milestones<'a> {
    key: &'a Key,
    cache: &'a RunCache,
    recorder: &'a dyn Recorder,
    /// The progress as `lastOperation` is to show it.
    updates: watch::Sender<Option<Progress>>,
}

impl Over {
    /// Whether the way is over on which `before` was under way.
    fn after(self, before: Option<Milestone>) -> bool {
        match self {
            Self::No => false,
            Self::Yes => true,
            Self::Back => before.is_some_and(|before| Milestone::BACK.contains(&before)),
        }
    }
}

impl<'a> Milestones<'a> {
    /// The milestones of `key`, whose progress goes to `updates`.
    pub(super) fn new(
        key: &'a Key,
        cache: &'a RunCache,
        recorder: &'a dyn Recorder,
        updates: watch::Sender<Option<Progress>>,
    ) -> Self {
        Self { key, cache, recorder, updates }
    }

    /// Tells which milestones are done, and how far the first is that is not. `over`: if there is none, all are done.
    pub(super) async fn reached(&self, progress: Option<Progress>, over: Over) {
        let told = *self.updates.borrow();
        let (progress, before, over) = self.cache.of(self.key, |cached| {
            let before = told.or(cached.progress);
            let over = over.after(before.map(|before| before.step));
            let progress = progress.map(|progress| progress.after(before));
            if progress.is_some() || over {
                cached.progress = progress;
            }
            (progress, before.map(|before| before.step), over)
        });
        for milestone in done(before, progress.map(|progress| progress.step), over) {
            self.recorder.milestone_done(self.key, milestone).await;
        }
        if progress.is_some() {
            self.updates.send_replace(progress);
        }
    }

    /// Counts one more node for which the present milestone is done.
    pub(super) fn node_done(&self) {
        self.updates.send_modify(|progress| {
            if let Some(progress) = progress {
                progress.done = progress.nodes.min(progress.done + 1);
            }
        });
    }
}

/// The milestones that were done between two observations, given the one that each of them showed under way. `over`: where none is
/// under way any more, all are done.
fn done(before: Option<Milestone>, now: Option<Milestone>, over: bool) -> Vec<Milestone> {
    let first = match (before, now) {
        (Some(before), _) => before,
        // A migration that has just begun; one that goes on in a new process was told of by the old one.
        (None, Some(Milestone::Journal)) => Milestone::Detect,
        (None, _) => now.unwrap_or(Milestone::Report),
    };
    // A migration that is over is told once, by the pass that sees nothing left of it; one that turned
    // round begins its other way anew.
    let way = now.or(before).map_or(&[][..], Milestone::way);
    let first = if way.contains(&first) { first } else { way.first().copied().unwrap_or(first) };
    let is_done = |milestone: Milestone| match (now, before) {
        (Some(now), _) => milestone >= first && milestone < now,
        (None, Some(_)) => over && milestone >= first,
        (None, None) => false,
    };
    way.iter().copied().filter(|milestone| is_done(*milestone)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Milestone::{Detect, Journal, Preflight, Report};

    #[test]
    fn each_milestone_is_done_once() {
        let [first, .., before_last, last] = Milestone::FORWARD;
        assert_eq!((first, last), (Detect, Report), "the first and the last one of all");
        for (before, now, over, expected) in [
            (None, None, false, vec![]),
            (None, None, true, vec![]),
            (None, Some(Journal), false, vec![Detect, Preflight]),
            (None, Some(before_last), false, vec![]),
            (Some(Detect), Some(Detect), false, vec![]),
            (Some(Detect), Some(Journal), false, vec![Detect, Preflight]),
            (Some(Preflight), Some(Journal), false, vec![Preflight]),
            (Some(Journal), Some(Detect), false, vec![]),
            (Some(before_last), None, false, vec![]),
            (Some(before_last), None, true, vec![before_last, Report]),
        ] {
            assert_eq!(done(before, now, over), expected, "{before:?} to {now:?}, over: {over}");
        }
    }

    #[test]
    fn a_migration_that_does_not_begin_again_ends_the_way_back_alone() {
        let [.., last] = Milestone::BACK;
        for (before, expected) in [(None, vec![]), (Some(Journal), vec![]), (Some(last), vec![last])] {
            assert_eq!(done(before, None, Over::Back.after(before)), expected, "{before:?}");
        }
    }
}
