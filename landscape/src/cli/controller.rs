//! The controller under observation: its log is followed; at a given milestone a word is said to it, and after one it is killed and
//! started again.

use super::error::DemoError;
use super::incidents::Incidents;
use super::life::Life;
use super::milestones::{Milestone, announced};
use super::operator::Operator;
use super::scenario::Turn;
use crate::migration::Word;
use crate::processes::Child;
use crate::processes::controller::start;

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
        match self.incidents.scenario.crash_at {
            Some(crash_at) => (crash_at == done).then(|| crash_at.to_string()),
            None => (said == Some(Word::Hold)).then(|| "that word".to_owned()),
        }
    }
}
