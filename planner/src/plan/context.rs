//! The context of a decision: everything that it depends on.

use super::{Course, History};
use crate::desired::Target;
use crate::snapshot::{Settings, Snapshot};

/// Everything that a decision depends on.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) target: &'a Target,
    pub(crate) seen: &'a Snapshot,
    pub(crate) settings: &'a Settings,
    pub(crate) history: &'a History,
    /// The course of the pass, computed from target and snapshot.
    pub(crate) course: Course,
}
