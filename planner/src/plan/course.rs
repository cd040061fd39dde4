//! Courses: which way a pass goes. Computed once, from what shall be and what was seen, and matched everywhere without a wildcard.

use super::ownership;
use crate::desired::{Goal, Target};
use crate::journal::Phase;
use crate::snapshot::Snapshot;

/// Which way a pass goes. The first that fits counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Course {
    /// The shoot goes, and all that is its own with it.
    Leaving,
    /// Routes are deleted, or were, and that is not reported yet: M9 to M12, and nothing that could hold them up.
    Committed,
    /// The state says that aliases are being removed, which this version cannot finish. Nothing of the migration goes on.
    Undoing,
    /// A migration was begun, and dual-stack is not wanted any more. Every route is there; nothing of the migration goes on.
    Reverted,
    /// Dual-stack is wanted, and there is something to migrate: M1 to M8.
    Preparing {
        /// It is recorded that it was begun.
        begun: bool,
    },
    /// There is nothing to migrate: make, change, repair.
    Steady,
}

impl Course {
    /// The course that follows from `target` and from what was `seen`.
    pub fn of(target: &Target, seen: &Snapshot) -> Self {
        let journal = &seen.state.journal;
        match (target.goal, journal.phase) {
            (Goal::Absent, _) => Self::Leaving,
            (Goal::Present, Some(Phase::Deleting)) => Self::Committed,
            (Goal::Present, Some(Phase::Undoing)) => Self::Undoing,
            (Goal::Present, Some(Phase::Preparing)) if !target.dual_stack => Self::Reverted,
            (Goal::Present, Some(Phase::Preparing)) => Self::Preparing { begun: true },
            (Goal::Present, None) => {
                let own_route = |route| ownership::route(target, seen, route).is_some();
                let pending = !journal.entries.is_empty() || seen.cloud.routes.iter().any(own_route);
                if target.dual_stack && pending { Self::Preparing { begun: false } } else { Self::Steady }
            }
        }
    }

    /// Whether it is recorded that a migration was begun, which must come to its end before anything else changes the nodes subnet.
    pub fn is_begun(self) -> bool {
        match self {
            Self::Committed | Self::Undoing | Self::Reverted | Self::Preparing { begun: true } => true,
            Self::Leaving | Self::Preparing { begun: false } | Self::Steady => false,
        }
    }

    /// Whether there is no way back.
    pub fn is_committed(self) -> bool {
        match self {
            Self::Committed => true,
            Self::Leaving | Self::Undoing | Self::Reverted | Self::Preparing { .. } | Self::Steady => false,
        }
    }
}
