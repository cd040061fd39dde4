//! The course of a pass: what it may do at all. It is computed once from target and snapshot, and matched without a wildcard.

use super::ownership;
use crate::desired::{Goal, Target};
use crate::journal::Phase;
use crate::snapshot::Snapshot;

/// The course of a pass. The first that applies, in the order of [`Course::of`], counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Course {
    /// The shoot is being deleted, with everything that is its own.
    Leaving,
    /// The point of no return is recorded: M9 to M12, and nothing that could delay them.
    Committed,
    /// The state records that aliases are being removed, which this version cannot finish. The migration does not go on.
    Undoing,
    /// A migration was begun, but dual-stack is not wanted any more. Every route exists, and the migration does not go on.
    Reverted,
    /// Dual-stack is wanted, and there are routes to migrate: M1 to M8.
    Preparing {
        /// Whether the start of the migration is recorded.
        begun: bool,
    },
    /// There is nothing to migrate: resources are created, changed and repaired.
    Steady,
}

impl Course {
    /// The course that follows from `target` and the snapshot `seen`.
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

    /// Whether the start of a migration is recorded. It must be finished before anything else changes the nodes subnet.
    pub fn is_begun(self) -> bool {
        match self {
            Self::Committed | Self::Undoing | Self::Reverted | Self::Preparing { begun: true } => true,
            Self::Leaving | Self::Preparing { begun: false } | Self::Steady => false,
        }
    }

    /// Whether the point of no return is recorded.
    pub fn is_committed(self) -> bool {
        match self {
            Self::Committed => true,
            Self::Leaving | Self::Undoing | Self::Reverted | Self::Preparing { .. } | Self::Steady => false,
        }
    }
}
