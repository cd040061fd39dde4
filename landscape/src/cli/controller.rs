//! The controller under observation: its log is followed; at a given milestone a word is said to it, and after one it is killed and
//! started again.

use super::error::DemoError;
use super::incidents::Incidents;
use super::milestones::{Milestone, announced};
use super::operator::Operator;
use super::scenario::{Insert, Scenario, Turn};
use crate::migration::Word;
use crate::processes::Child;
use crate::processes::controller::start;

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

/// The controller, and what is done to it: by the operator, who runs it, and by others.
pub(super) struct Supervisor<'a> {
    pub(super) operator: &'a Operator<'a>,
    pub(super) incidents: &'a Incidents<'a>,
}

impl Supervisor<'_> {
    /// Runs the controller for ever and returns only with an error. `life` says what has happened meanwhile.
    pub(super) async fn run(&self, life: &mut Life) -> DemoError {
        loop {
            if let Err(error) = self.run_once(life).await {
                return error;
            }
        }
    }

    /// Runs the controller until it was killed.
    async fn run_once(&self, life: &mut Life) -> Result<(), DemoError> {
        let mut child: Child = start(self.operator.options, self.operator.run_dir).await?;
        let mut log = child.log();
        while let Some(line) = log.next().await {
            let Some(milestone) = line.json().as_ref().and_then(announced) else { continue };
            self.announce(life, milestone).await?;
            let said = self.say(life, milestone).await?;
            if life.crashes == 0
                && let Some(when) = self.dies(milestone, said)
            {
                child.kill().await?;
                self.incidents.at_the_crash().await?;
                life.crashes = life.crashes.saturating_add(1);
                // What it did until then is in its log.
                while let Some(line) = log.next().await {
                    if let Some(milestone) = line.json().as_ref().and_then(announced) {
                        self.announce(life, milestone).await?;
                    }
                }
                self.operator
                    .screen
                    .note(&format!("the controller was killed after {when} and is started again"));
                return Ok(());
            }
        }
        let status = child.wait().await?;
        Err(DemoError::ControllerEnded { status, log: child.log_path().to_path_buf() })
    }

    async fn announce(&self, life: &mut Life, milestone: Milestone) -> Result<(), DemoError> {
        let is_first = !life.steps.contains(&milestone);
        life.steps.push(milestone);
        self.operator.screen.milestone(milestone);
        if is_first {
            self.incidents.after(milestone, life).await?;
        }
        Ok(())
    }

    /// Says the word of the scenario if the milestone begins at which it is to be said, and returns the word.
    async fn say(&self, life: &mut Life, done: Milestone) -> Result<Option<Word>, DemoError> {
        let Some(Turn { word, at }) = self.incidents.scenario.turn else { return Ok(None) };
        if life.said || at.previous() != done {
            return Ok(None);
        }
        self.operator.screen.note(&format!("{at} is under way: the operator says {word}"));
        self.operator.runs(word.as_str()).await?;
        life.said = true;
        Ok(Some(word))
    }

    /// The event for people after which the controller is killed, if it is `done` or what was `said`.
    fn dies(&self, done: Milestone, said: Option<Word>) -> Option<String> {
        let held = said == Some(Word::Hold);
        let crash_at = self.incidents.scenario.crash_at.filter(|crash_at| *crash_at == done);
        crash_at.map(|milestone| milestone.to_string()).or_else(|| held.then(|| "that word".to_owned()))
    }
}
