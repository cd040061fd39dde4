//! The context of a decision: all that it may depend on.

use super::{Course, History};
use crate::desired::Target;
use crate::snapshot::{Settings, Snapshot};

/// All that a decision may depend on.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) target: &'a Target,
    pub(crate) seen: &'a Snapshot,
    pub(crate) settings: &'a Settings,
    pub(crate) history: &'a History,
    /// Which way it goes, as it follows from target and snapshot.
    pub(crate) course: Course,
}
