//! The turns that the story takes if somebody says a word on the way, or a canary is cut off: the migration is held and resumed, or taken back.
//!
//! Who says the word, and when, is the caller's business: it knows how far the controller is.

use super::outcome::{self, End, Outcome, Rest};
use super::{
    Baseline, Begin, CONTROLLER_AGENT, HOSTS_LAG, Measured, MigrationError, Progress, Result, Stage, Story,
    Word,
};
use crate::cloud::dump::differences;

/// The cause for which a migration rests, or is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Somebody says a word.
    Word(Word),
    /// A canary is cut off.
    Canary,
}

impl Cause {
    /// The error of a migration that went to its end in spite of it.
    pub(super) fn went_on(self, stage: Stage) -> MigrationError {
        match self {
            Self::Word(word) => MigrationError::Unheeded { stage, word },
            Self::Canary => MigrationError::NotFoundOut { stage },
        }
    }
}

/// A migration at rest that can go on.
#[derive(Debug)]
pub struct Held {
    baseline: Baseline,
    begin: Begin,
    rest: Rest,
}

impl Story {
    /// Goes through the phases of a migration that somebody holds on the way, until it rests.
    pub async fn run_until_held(&self) -> Result<Held> {
        let baseline = self.prepare().await?;
        let begin = self.begin().await?;
        let (_, rest) = self.rest(begin, Cause::Word(Word::Hold)).await?;
        self.observer.stage(Stage::Resume);
        Ok(Held { baseline, begin, rest })
    }

    /// Goes through the other phases, once the word is gone.
    pub async fn run_resumed(self, held: Held) -> Result<Outcome> {
        let Held { baseline, begin, rest } = held;
        self.until_ready(Stage::Resume).await?;
        let migration = self.measure(begin).await?;
        self.conclude().await?;
        let outcome = self.verify(&baseline, &migration).await?;
        Ok(Outcome { rest: Some(rest), ..outcome })
    }

    /// Goes through all phases of a migration that is taken back for `cause`, which stays: without it the migration would begin anew.
    pub async fn run_back(self, cause: Cause) -> Result<Outcome> {
        let baseline = self.prepare().await?;
        let before = self.world.cloud.resources().await?;
        let begin = self.begin().await?;
        let (migration, rest) = self.rest(begin, cause).await?;
        let outcome = self.verify_back(&baseline, &migration, cause).await?;
        let differences = differences(&before, &self.world.cloud.resources().await?);
        Ok(Outcome { rest: Some(rest), not_as_before: Some(differences), ..outcome })
    }

    /// Waits until the migration rests for `cause`, measures the way until then, and watches it rest for a while.
    async fn rest(&self, begin: Begin, cause: Cause) -> Result<(Measured, Rest)> {
        let description = self.until_at_rest(Stage::Migrate, cause).await?;
        let until_then = self.measure(begin).await?;
        let cloud = &self.world.cloud;
        self.observer.stage(Stage::Rest);
        let ledger = cloud.ledger().await?;
        let progress = Progress { seconds: until_then.seconds, description: description.clone(), ledger };
        self.observer.progress(&progress);
        let begun = cloud.requests(CONTROLLER_AGENT, 0).await?.next_seq;
        // The last changes may still be on their way to the hosts.
        self.world.time.sleep(HOSTS_LAG).await;
        let rest = Rest {
            description,
            after_seconds: until_then.seconds,
            served_by: cloud.ledger().await?.states,
            mutations: cloud.requests(CONTROLLER_AGENT, begun).await?.mutations,
        };
        Ok((until_then, rest))
    }

    /// Asks for one more reconcile of a migration that was taken back, which should change nothing, and measures the outcome.
    async fn verify_back(&self, baseline: &Baseline, migration: &Measured, cause: Cause) -> Result<Outcome> {
        self.observer.stage(Stage::Verify);
        let cloud = &self.world.cloud;
        let begun = cloud.requests(CONTROLLER_AGENT, 0).await?.next_seq;
        self.gardenlet.deploy_infrastructure().await?;
        self.until_picked_up(Stage::Verify).await?;
        self.until_at_rest(Stage::Verify, cause).await?;
        let second_pass = cloud.requests(CONTROLLER_AGENT, begun).await?;
        let foreign_after = baseline.foreign.read().await?;
        let (world, end) = (&self.world, End::TakenBack);
        let outcome = outcome::judge(world, baseline, &foreign_after, migration, &second_pass, end).await?;
        Ok(Outcome { canaries: self.canaries.all(), ..outcome })
    }
}
