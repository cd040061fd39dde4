//! What came of the controller and of what its scenario asks for, so far.

use super::milestones::Milestone;
use super::scenario::{Insert, Scenario, Turn};

/// The events of the controller's life so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Life {
    /// Number of times that it was killed.
    pub(super) crashes: u32,
    /// The milestones whose end its log has announced, in its order.
    pub(super) steps: Vec<Milestone>,
    /// Whether the word was said.
    pub(super) said: bool,
    /// Whether one more machine has joined.
    pub(super) joined: bool,
    /// Whether the insert of its route has met what was to become of it.
    pub(super) insert_met: bool,
}

impl Life {
    /// What the scenario asks for and the controller's log gave no occasion for, which proves nothing.
    pub(super) fn missed(&self, scenario: &Scenario) -> Vec<String> {
        let never = |milestone: Milestone, so: &str| {
            format!("the controller's log never said that {milestone} is done, so {so}")
        };
        let word = scenario.turn.filter(|_| !self.said);
        let word =
            word.map(|Turn { word, at }| never(at.previous(), &format!("{word} was not said at {at}")));
        let crash = scenario.crash_at.filter(|_| self.crashes == 0);
        let crash = crash.map(|milestone| never(milestone, "it was not killed"));
        let joins = scenario.joins_at.filter(|_| !self.joined);
        let joins = joins.map(|at| never(at.previous(), &format!("no machine joined at {at}")));
        let insert = match scenario.insert {
            _ if self.insert_met => None,
            Insert::Usual => None,
            Insert::Slow => Some("no insert of a route outlived the cloud-controller-manager".to_owned()),
            Insert::Refused => Some("no insert of a route was refused".to_owned()),
        };
        [word, crash, joins, insert].into_iter().flatten().collect()
    }
}
