//! The protocol's steps by number, and how far a migration is.

use std::fmt;

/// A step of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Milestone {
    /// M0: is there anything to migrate?
    Detect,
    /// M1: may it be migrated?
    Preflight,
    /// M2: the pending work is written down.
    Journal,
    /// M3: the nodes subnet allows routes inside its ranges.
    OverlapOn,
    /// M4: the nodes subnet has the pod range.
    SecondaryRange,
    /// M5: every VM has its alias.
    Aliases,
    /// M6: the aliases have reached every host.
    Settle,
    /// M7: nobody makes routes any more.
    Freeze,
    /// M8: nothing new has come.
    LookAgain,
    /// M9: the routes are gone.
    DeleteRoutes,
    /// M10: the nodes subnet allows no routes inside its ranges again.
    OverlapOff,
    /// M11: the nodes subnet has its IPv6 range.
    Ipv6,
    /// M12: the outcome is written down.
    Report,
}

impl Milestone {
    /// All of them, in order.
    pub const ALL: [Self; 13] = [
        Self::Detect,
        Self::Preflight,
        Self::Journal,
        Self::OverlapOn,
        Self::SecondaryRange,
        Self::Aliases,
        Self::Settle,
        Self::Freeze,
        Self::LookAgain,
        Self::DeleteRoutes,
        Self::OverlapOff,
        Self::Ipv6,
        Self::Report,
    ];

    /// Its number in the protocol.
    pub fn number(self) -> u8 {
        match self {
            Self::Detect => 0,
            Self::Preflight => 1,
            Self::Journal => 2,
            Self::OverlapOn => 3,
            Self::SecondaryRange => 4,
            Self::Aliases => 5,
            Self::Settle => 6,
            Self::Freeze => 7,
            Self::LookAgain => 8,
            Self::DeleteRoutes => 9,
            Self::OverlapOff => 10,
            Self::Ipv6 => 11,
            Self::Report => 12,
        }
    }

    /// Percent of a whole reconciliation once it is reached, and how much of that it takes itself.
    fn percent(self) -> (i32, i32) {
        match self {
            Self::Detect => (2, 2),
            Self::Preflight => (4, 2),
            Self::Journal => (6, 4),
            Self::OverlapOn => (10, 10),
            Self::SecondaryRange => (20, 5),
            Self::Aliases => (25, 30),
            Self::Settle => (55, 8),
            Self::Freeze => (63, 5),
            Self::LookAgain => (68, 2),
            Self::DeleteRoutes => (70, 18),
            Self::OverlapOff => (88, 5),
            Self::Ipv6 => (93, 4),
            Self::Report => (97, 2),
        }
    }
}

/// `M5`.
impl fmt::Display for Milestone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "M{}", self.number())
    }
}

/// How far a migration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The first step that is not fulfilled.
    pub step: Milestone,
    /// Nodes through with that step (M5: with an alias, M9: without a route).
    pub done: usize,
    /// Nodes in all; with `done`, only told where the step is one that goes node by node.
    pub nodes: usize,
}

impl Progress {
    /// Percent of a whole reconciliation, 0 to 100.
    pub fn percent(self) -> i32 {
        let (start, share) = self.step.percent();
        match (self.per_node(), i32::try_from(self.done), i32::try_from(self.nodes)) {
            (true, Ok(done), Ok(nodes)) if nodes > 0 => start + share * done.min(nodes) / nodes,
            _ => start,
        }
    }

    /// The same, told after `before`: what was told as done is not taken back within a step, as a look may be late.
    #[must_use]
    pub fn after(self, before: Option<Self>) -> Self {
        let told = before.filter(|before| before.step == self.step).map_or(0, |before| before.done);
        Self { done: self.done.max(told.min(self.nodes)), ..self }
    }

    fn per_node(self) -> bool {
        matches!(self.step, Milestone::Aliases | Milestone::DeleteRoutes)
    }
}

/// `Migrating pod routes to alias IP ranges: step M5, 13 of 20 nodes`.
impl fmt::Display for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Migrating pod routes to alias IP ranges: step {}", self.step)?;
        if self.per_node() { write!(formatter, ", {} of {} nodes", self.done, self.nodes) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Milestone, Progress};

    #[test]
    fn the_words_never_fall() {
        let at = |step, done, nodes| Progress { step, done, nodes };
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
        assert_eq!(at(Milestone::Settle, 6, 6).after(Some(joined)), at(Milestone::Settle, 6, 6));
    }
}
