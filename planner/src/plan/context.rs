//! The context of a decision: everything that it depends on.

use super::{Course, History};
use crate::desired::Target;
use crate::snapshot::{Settings, Snapshot};
use crate::vocabulary::POD_RANGE_NAME;

/// The inputs of a decision: all that it depends on.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The target in effect on the course.
    pub(crate) target: &'a Target,
    /// The target as the documents ask for it.
    pub(crate) asked: &'a Target,
    pub(crate) seen: &'a Snapshot,
    pub(crate) settings: &'a Settings,
    pub(crate) history: &'a History,
    /// The course of the pass, computed from target and snapshot.
    pub(crate) course: Course,
}

impl Context<'_> {
    /// Whether the migration that is begun, or about to be, gives IPv6 to the subnets by itself. One that somebody else has begun may have
    /// cut nodes off: these get their aliases first.
    pub(crate) fn gives_ipv6(&self) -> bool {
        match self.course {
            Course::Preparing { begun: true } => self.seen.state.journal.made.is_some(),
            Course::Preparing { begun: false } => {
                let nodes = self.seen.cloud.subnet(&self.target.region, &self.target.nodes_subnet());
                nodes.is_some_and(|nodes| nodes.secondary.iter().all(|range| range.name != POD_RANGE_NAME))
            }
            Course::Leaving
            | Course::Announced
            | Course::Committed
            | Course::Undoing
            | Course::Back(_)
            | Course::Held
            | Course::Rests(_)
            | Course::Steady => false,
        }
    }
}
