//! The progress of a migration, as it is reported.

use std::fmt;

use crate::vocabulary::Milestone;

/// The progress of a migration: the step that it has reached, and the number of nodes that are finished with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The first step that is not fulfilled.
    pub step: Milestone,
    /// The number of nodes that are finished with that step (M5: with an alias, M9: without a route).
    pub done: usize,
    /// The number of all nodes; reported together with `done` in the steps that go node by node.
    pub nodes: usize,
    /// The number of canaries that are being measured with their aliases.
    pub canaries: usize,
}

impl Progress {
    /// The progress of the whole reconciliation in percent, 0 to 100.
    pub fn percent(self) -> i32 {
        let (start, share) = percent(self.step);
        match (self.per_node(), i32::try_from(self.done), i32::try_from(self.nodes)) {
            (true, Ok(done), Ok(nodes)) if nodes > 0 => start + share * done.min(nodes) / nodes,
            _ => start,
        }
    }

    /// The progress to report after `before`. Within a step the number of finished nodes never falls, as an observation may be
    /// late.
    #[must_use]
    pub fn after(self, before: Option<Self>) -> Self {
        let told = before.filter(|before| before.step == self.step).map_or(0, |before| before.done);
        Self { done: self.done.max(told.min(self.nodes)), ..self }
    }

    fn per_node(self) -> bool {
        matches!(self.step, Milestone::Aliases | Milestone::DeleteRoutes | Milestone::AliasesOff)
    }
}

/// The form `Migrating pod routes to alias IP ranges: step M5, 2 of 20 nodes, measuring 2 canaries`.
impl fmt::Display for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.step >= Milestone::Release {
            "Taking the migration to alias IP ranges back"
        } else {
            "Migrating pod routes to alias IP ranges"
        };
        write!(formatter, "{way}: step {}", self.step)?;
        if self.per_node() {
            write!(formatter, ", {} of {} nodes", self.done, self.nodes)?;
        }
        match self.canaries {
            0 => Ok(()),
            canaries => write!(formatter, ", measuring {canaries} canaries"),
        }
    }
}

/// The percentage at the start of `step`, and the share that the step takes.
fn percent(step: Milestone) -> (i32, i32) {
    match step {
        Milestone::Detect => (2, 2),
        Milestone::Preflight => (4, 2),
        Milestone::Journal => (6, 2),
        Milestone::Ipv6First => (8, 4),
        Milestone::OverlapOn => (12, 8),
        Milestone::SecondaryRange => (20, 5),
        Milestone::Aliases => (25, 30),
        Milestone::Settle => (55, 8),
        Milestone::Freeze => (63, 5),
        Milestone::LookAgain => (68, 1),
        Milestone::Recheck => (69, 1),
        Milestone::DeleteRoutes => (70, 18),
        Milestone::OverlapOff => (88, 5),
        Milestone::Ipv6 => (93, 4),
        Milestone::Report => (97, 2),
        Milestone::Release => (5, 5),
        Milestone::RoutesStand => (10, 10),
        Milestone::RecordUndo => (20, 5),
        Milestone::AliasesOff => (25, 30),
        Milestone::SettleBack => (55, 10),
        Milestone::RangeOff => (65, 5),
        Milestone::OverlapBack => (70, 10),
        Milestone::AsBefore => (80, 19),
    }
}

#[cfg(test)]
mod tests {
    use super::{Milestone, Progress};

    #[test]
    fn the_words_never_fall() {
        let at = |step, done, nodes| Progress { step, done, nodes, canaries: 0 };
        let text =
            |progress: Progress| progress.to_string().rsplit_once("step ").map(|(_, text)| text.to_owned());
        let first = at(Milestone::DeleteRoutes, 10, 20);
        let next = at(Milestone::DeleteRoutes, 13, 20).after(Some(first));
        assert_eq!(text(next).as_deref(), Some("M9, 13 of 20 nodes"));
        assert!(next.percent() > first.percent());
        assert_eq!(first.after(Some(next)), next, "a late look");
        let gone = at(Milestone::DeleteRoutes, 12, 12).after(Some(next));
        assert_eq!(text(gone).as_deref(), Some("M9, 12 of 12 nodes"));
        let joined = at(Milestone::Aliases, 4, 6).after(Some(at(Milestone::Aliases, 4, 5)));
        assert_eq!(text(joined).as_deref(), Some("M5, 4 of 6 nodes"));
        let measured = Progress { canaries: 2, ..at(Milestone::Aliases, 2, 5) };
        assert_eq!(text(measured).as_deref(), Some("M5, 2 of 5 nodes, measuring 2 canaries"));
        assert_eq!(at(Milestone::Settle, 6, 6).after(Some(joined)), at(Milestone::Settle, 6, 6));
    }
}
