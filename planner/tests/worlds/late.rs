//! A request that outlives its process: it was sent, nobody knows, and it takes effect while another process goes on. What the other one has
//! changed in between, or anyone, refuses it.

use jiff::Timestamp;
use planner::journal::State;
use planner::plan::Action;
use planner::plan::resource::{Change, Kind};

use super::world::World;

/// A request that is under way, and the state by which it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Late {
    action: Action,
    state: State,
    at: Timestamp,
}

impl World {
    /// The process dies that has just sent `action`, which takes effect `seconds` later, if it is one that can.
    pub(crate) fn send_late(&mut self, action: Action, seconds: u64) {
        let outlives = match &action {
            Action::Patch { change: Change::Subnet { .. }, .. } => true,
            Action::Delete { object, .. } => object.kind == Kind::Route,
            Action::SetAliases { .. }
            | Action::WriteState(_)
            | Action::IgnoreControlPlane { .. }
            | Action::ScaleCcm { .. } => true,
            Action::Insert { .. }
            | Action::Patch { .. }
            | Action::SetNats { .. }
            | Action::TakeWords { .. } => false,
        };
        let (state, at) = (self.state.clone(), self.later(seconds));
        self.late = outlives.then_some(Late { action, state, at });
    }

    /// Lets the request take effect that is due, and forgets one that would be refused by now.
    pub(crate) fn late_lands(&mut self) {
        let Some(late) = self.late.take() else { return };
        let ccm = self.ccm_as_seen();
        let stands = match &late.action {
            Action::WriteState(_) => self.state == late.state,
            Action::IgnoreControlPlane { version, .. } => ccm.managed_resource_version == *version,
            Action::ScaleCcm { version, .. } => ccm.deployment_version == *version,
            Action::Insert { .. }
            | Action::Patch { .. }
            | Action::Delete { .. }
            | Action::SetNats { .. }
            | Action::SetAliases { .. }
            | Action::TakeWords { .. } => true,
        };
        if stands && late.at > self.at {
            self.late = Some(late);
        } else if stands && self.refusal(&late.action).is_none() {
            self.act(&late.action);
        }
    }
}
