//! Decide: (target, snapshot) to what to do now and what will follow. Pure and total.
//!
//! Create, change, migrate, repair and dry run are the same decision. The earliest unfulfilled step wins; what needs a value
//! that this pass changes is forecast, never executed. So there is at most one change per object in a pass, every body and
//! fingerprint stands in the plan, and the next pass's observation is the read-back: resuming, a lost race (412) and
//! "look again" are planning again, and need no code of their own.
//!
//! May not know: any client, the clock (the only time is the snapshot's), the runtime.

mod action;
mod check;
mod decision;
mod draft;
pub mod migration;
mod network;
mod state;
mod subnets;

pub use action::{Action, SubnetBody, SubnetChange};
pub use check::{Violation, check};
pub use decision::{Decision, Finding, Forecast, Severity, Step, StepId, Verdict};
pub use migration::{Milestone, Progress};

use draft::Draft;

use crate::journal::State;
use crate::snapshot::{Ccm, Settings, Snapshot};
use crate::target::Target;

/// All that a decision may depend on.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) target: &'a Target,
    pub(crate) seen: &'a Snapshot,
    pub(crate) settings: &'a Settings,
}

/// What to do about `target`, given what was `seen`.
pub fn plan(target: &Target, seen: &Snapshot, settings: &Settings) -> Decision {
    let context = Context { target, seen, settings };
    let mut draft = Draft::new(seen);
    if network::plan(context, &mut draft).is_continue() {
        subnets::plan(context, &mut draft);
        migration::plan(context, &mut draft);
    }
    state::plan(context, &mut draft);
    draft.decide()
}

/// The next thing to put right before a reconciliation ends without having reached its goal; asked again after each one.
///
/// It needs no more than the state and the cloud-controller-manager: it must be possible when nothing else can be read.
pub fn on_give_up(state: &State, ccm: &Ccm) -> Option<Step> {
    migration::release(state, ccm)
}
